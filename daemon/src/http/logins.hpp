#pragma once
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace understudy::daemon::http {

using Instant = std::chrono::steady_clock::time_point;

/// Live login sessions by their random id; they end a while after their last use.
class Logins {
 public:
  void configure(std::chrono::seconds ttl, std::size_t most);
  [[nodiscard]] std::string begin(Instant now);
  [[nodiscard]] bool renew(std::string_view id, Instant now);
  void end(std::string_view id);
  void clear() { expiry_.clear(); }
  [[nodiscard]] std::size_t size() const { return expiry_.size(); }

 private:
  std::chrono::seconds ttl_{std::chrono::hours{12}};
  std::size_t most_{1000};
  std::unordered_map<std::string, Instant> expiry_;
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
