#pragma once
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace understudy::daemon::http {

using Instant = std::chrono::steady_clock::time_point;

/// Begins ids and secrets, so that they are known for what they are wherever they turn up.
inline constexpr std::string_view session_prefix = "uss_";

/// Somebody who signed in. The id travels in a cookie, which a browser brings to every port of the host; the
/// secret is held by our own pages alone. Neither opens anything without the other.
struct Login {
  std::string secret{};
  std::string token_id{};  ///< of the named token it was begun with; empty: the operator's own
  Instant expires{};
};

/// Live login sessions by their random id; they end a while after their last use.
class Logins {
 public:
  struct Begun {
    std::string id{};
    std::string secret{};
  };
  void configure(std::chrono::seconds ttl, std::size_t most);
  [[nodiscard]] Begun begin(Instant now, std::string token_id = {});
  /// The login of both, which this was a use of; or null.
  [[nodiscard]] const Login* renew(std::string_view id, std::string_view secret, Instant now);
  [[nodiscard]] bool has(std::string_view id) const { return logins_.contains(std::string(id)); }
  void end(std::string_view id);
  void end_all_of(std::string_view token_id);
  [[nodiscard]] std::size_t size() const { return logins_.size(); }

 private:
  std::chrono::seconds ttl_{std::chrono::hours{12}};
  std::size_t most_{1000};
  std::unordered_map<std::string, Login> logins_;
};

/// Failed attempts a minute, for each peer and for all: a bucket of tokens that refills steadily.
class FailureLimit {
 public:
  void configure(int per_peer, int in_total);
  /// How long this peer has to wait; nothing when it may try.
  [[nodiscard]] std::optional<std::chrono::seconds> wait(const std::string& peer, Instant now);
  void failed(const std::string& peer, Instant now);

 private:
  struct Bucket {
    double tokens{0};
    Instant at{};
  };
  void refill(Bucket& bucket, double size, Instant now) const;
  Bucket& bucket_of(const std::string& peer, Instant now);

  double per_peer_{5};
  double in_total_{60};
  std::optional<Bucket> total_;
  std::unordered_map<std::string, Bucket> peers_;
};

}  // namespace understudy::daemon::http
