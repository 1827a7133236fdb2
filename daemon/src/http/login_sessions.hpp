#pragma once
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace understudy::daemon::http {

using Instant = std::chrono::steady_clock::time_point;

/// One sign-in. Browsers send the cookie with the id to every port of the host; only our own pages hold the
/// secret. Neither opens anything without the other.
struct LoginSession {
  std::string secret{};
  std::string token_id{};  ///< of the named token it was begun with; empty: the operator's own
  Instant expires{};
};

/// Live login sessions by their random id; each expires some time after its last use.
class LoginSessions {
 public:
  struct Begun {
    std::string id{};
    std::string secret{};
  };
  void configure(std::chrono::seconds ttl, std::size_t max_sessions) {
    ttl_ = ttl;
    max_sessions_ = max_sessions;
  }
  [[nodiscard]] Begun begin(Instant now, std::string token_id = {});
  /// The session with this id and secret, now extended; or null.
  [[nodiscard]] const LoginSession* renew(std::string_view id, std::string_view secret, Instant now);
  [[nodiscard]] bool has(std::string_view id) const { return sessions_.contains(std::string(id)); }
  void end(std::string_view id);
  void end_all_of(std::string_view token_id);

 private:
  std::chrono::seconds ttl_{std::chrono::hours{12}};
  std::size_t max_sessions_{1000};
  std::unordered_map<std::string, LoginSession> sessions_;
};

/// Limits failed logins per minute, for each peer and in total, with token buckets.
class LoginRateLimiter {
 public:
  void configure(int per_peer, int in_total) {
    per_peer_ = per_peer;
    in_total_ = in_total;
  }
  /// How long this peer has to wait; nothing when it may try now.
  [[nodiscard]] std::optional<std::chrono::seconds> retry_after(const std::string& peer, Instant now);
  void record_failure(const std::string& peer, Instant now);

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
