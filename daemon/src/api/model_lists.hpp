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

/// The models providers say they serve. An answer is kept for five minutes, a failure for fifteen seconds; an
/// entry is forgotten when its provider's address or key changes. However many ask, a provider is asked once.
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
    std::shared_ptr<boost::asio::steady_timer> arrival{};  // ends when the answer is here; null: it is
  };
  std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace understudy::daemon::api
