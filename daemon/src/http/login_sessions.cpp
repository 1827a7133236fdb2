#include "http/login_sessions.hpp"

#include <algorithm>
#include <cmath>

#include "http/operator_token.hpp"
#include "text/hex.hpp"
#include "wire/ids.hpp"

namespace understudy::daemon::http {
namespace {

constexpr std::size_t session_id_bytes = 32;
constexpr std::size_t max_peers = 4096;

}  // namespace

LoginSessions::Begun LoginSessions::begin(Instant now, std::string token_id) {
  std::erase_if(sessions_, [&](const auto& entry) { return entry.second.expires <= now; });
  if (sessions_.size() >= max_sessions_) {
    const auto oldest =
        std::ranges::min_element(sessions_, {}, [](const auto& entry) { return entry.second.expires; });
    if (oldest != sessions_.end()) sessions_.erase(oldest);
  }
  const auto random = [] { return std::string(wire::session_prefix) + text::random_hex(session_id_bytes); };
  Begun begun{random(), random()};
  sessions_[begun.id] = {begun.secret, std::move(token_id), now + ttl_};
  return begun;
}

const LoginSession* LoginSessions::renew(std::string_view id, std::string_view secret, Instant now) {
  const auto session = sessions_.find(std::string(id));
  if (session == sessions_.end() || !constant_time_equal(session->second.secret, secret)) return nullptr;
  if (session->second.expires <= now) {
    sessions_.erase(session);
    return nullptr;
  }
  session->second.expires = now + ttl_;
  return &session->second;
}

void LoginSessions::end(std::string_view id) {
  sessions_.erase(std::string(id));
}

void LoginSessions::end_all_of(std::string_view token_id) {
  std::erase_if(sessions_, [&](const auto& entry) { return entry.second.token_id == token_id; });
}

void LoginRateLimiter::refill(Bucket& bucket, double size, Instant now) const {
  const double minutes = std::chrono::duration<double, std::ratio<60>>(now - bucket.at).count();
  bucket.tokens = std::min(size, bucket.tokens + std::max(0.0, minutes) * size);
  bucket.at = now;
}

LoginRateLimiter::Bucket& LoginRateLimiter::bucket_of(const std::string& peer, Instant now) {
  if (peers_.size() >= max_peers && !peers_.contains(peer)) {
    std::erase_if(peers_, [&](const auto& entry) {
      Bucket bucket = entry.second;
      refill(bucket, per_peer_, now);
      return bucket.tokens >= per_peer_;
    });
    if (peers_.size() >= max_peers) peers_.erase(peers_.begin());  // the total still holds
  }
  auto& bucket = peers_.try_emplace(peer, Bucket{per_peer_, now}).first->second;
  refill(bucket, per_peer_, now);
  return bucket;
}

std::optional<std::chrono::seconds> LoginRateLimiter::retry_after(const std::string& peer, Instant now) {
  if (!total_) total_ = Bucket{in_total_, now};
  refill(*total_, in_total_, now);
  const Bucket& own = bucket_of(peer, now);
  const double minutes = std::max((1 - own.tokens) / per_peer_, (1 - total_->tokens) / in_total_);
  if (minutes <= 1e-9) return std::nullopt;
  return std::chrono::seconds{static_cast<std::int64_t>(std::ceil(minutes * 60))};
}

void LoginRateLimiter::record_failure(const std::string& peer, Instant now) {
  if (!total_) total_ = Bucket{in_total_, now};
  total_->tokens -= 1;
  bucket_of(peer, now).tokens -= 1;
}

}  // namespace understudy::daemon::http
