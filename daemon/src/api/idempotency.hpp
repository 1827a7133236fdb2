#pragma once
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "fleet/message.hpp"
#include "http/types.hpp"

/// A client that got no response may send its request again: under the same key it is done once.
namespace understudy::daemon::api {

struct IdempotencyKey {
  std::string key{};
  std::string fingerprint{};  ///< of the request
};

/// From the header Idempotency-Key; nothing without it. `scope` keeps the keys of different calls apart. The
/// error is a sentence without a full stop, for a 400.
[[nodiscard]] std::expected<std::optional<IdempotencyKey>, std::string> idempotency_key(
    const http::Request& request, std::string_view scope);

/// Does `work` once for each key, and repeats its answer; another request under the same key is a conflict.
[[nodiscard]] fleet::StoreWrite::Work once(std::optional<IdempotencyKey> key, fleet::StoreWrite::Work work);

}  // namespace understudy::daemon::api
