#include "api/idempotency.hpp"

#include "fleet/specs.hpp"
#include "fleet/turn.hpp"

namespace understudy::daemon::api {

std::expected<std::optional<IdempotencyKey>, std::string> idempotency_key(const http::Request& request,
                                                                          std::string_view scope) {
  constexpr std::size_t max_length = 255;
  const auto key = request.headers.get("Idempotency-Key");
  if (!key) return std::nullopt;
  if (key->empty() || key->size() > max_length)
    return std::unexpected("The Idempotency-Key must have 1 to 255 characters");
  std::string name(scope);
  name.append(":").append(*key);
  return IdempotencyKey{std::move(name), fleet::digest(request.body)};
}

fleet::StoreWrite::Work once(std::optional<IdempotencyKey> key, fleet::StoreWrite::Work work) {
  if (!key) return work;
  return [key = std::move(*key), work = std::move(work)](fleet::Turn& turn) -> fleet::Answer {
    if (const auto past = turn.tx().past_answer(key.key)) {
      if (past->request == key.fingerprint) return past->answer;
      return std::unexpected(
          fleet::Refusal{fleet::RefusalKind::conflict, "This Idempotency-Key was used for another request"});
    }
    auto answer = work(turn);
    if (answer) turn.tx().remember_answer(key.key, {key.fingerprint, *answer}, turn.now_s());
    return answer;
  };
}

}  // namespace understudy::daemon::api
