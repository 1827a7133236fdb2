#pragma once
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "fleet/message.hpp"
#include "http/types.hpp"

/// Lets a client that got no response repeat its request: per key, it is carried out once.
namespace understudy::daemon::api {

struct IdempotencyKey {
  std::string key{};
  std::string fingerprint{};  ///< of the request
};

/// From the header Idempotency-Key, if any. `scope` keeps the keys of different calls apart. The error, for a
/// 400, is a sentence without a full stop.
[[nodiscard]] std::expected<std::optional<IdempotencyKey>, std::string> idempotency_key(
    const http::Request& request, std::string_view scope);

/// Does `work` once per key and repeats its answer; another request under the same key is a conflict.
[[nodiscard]] fleet::StoreWrite::Work once(std::optional<IdempotencyKey> key, fleet::StoreWrite::Work work);

}  // namespace understudy::daemon::api
