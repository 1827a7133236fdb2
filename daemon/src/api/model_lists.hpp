#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <expected>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "config/model.hpp"
#include "fleet/ports.hpp"

namespace understudy::daemon::api {

/// The providers' own lists of models. An answer is cached for five minutes, a failure for fifteen seconds,
/// until the provider's address or key changes. Concurrent callers share one request.
class ModelLists {
 public:
  using Models = std::expected<std::vector<std::string>, std::string>;  // ids, or a sentence

  boost::asio::awaitable<Models> models_of(std::string name, config::Provider provider,
                                           const fleet::Keys& keys);

 private:
  struct Entry {
    std::string fingerprint;  // of address and credential
    std::chrono::steady_clock::time_point good_until{};
    Models models{};
    std::shared_ptr<boost::asio::steady_timer> arrival{};  // cancelled when the answer arrives; null: it has
  };
  std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace understudy::daemon::api
