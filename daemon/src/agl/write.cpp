#include "agl/write.hpp"

#include "agl/news.hpp"
#include "api/ask.hpp"
#include "fleet/specs.hpp"

namespace understudy::daemon::agl {

namespace asio = boost::asio;

asio::awaitable<Result<std::string>> write(api::World& world, Work work) {
  fleet::What wanted = fleet::StoreWrite{std::move(work)};
  auto answer = co_await api::ask(world.fleet, std::move(wanted));
  if (!answer) co_return std::unexpected(trouble_of(answer.error()));
  co_return std::move(*answer);
}

Result<std::optional<Once>> once(const http::Request& request, std::string_view what) {
  constexpr std::size_t longest = 255;
  const auto key = request.headers.get("Idempotency-Key");
  if (!key) return std::nullopt;
  if (key->empty() || key->size() > longest)
    return bad(400, "The Idempotency-Key must have 1 to 255 characters");
  std::string name(what);
  name.append(":").append(*key);
  return Once{std::move(name), fleet::digest(request.body)};
}

Work only(std::optional<Once> once, Work work) {
  if (!once) return work;
  return [once = std::move(*once), work = std::move(work)](fleet::Turn& turn) -> fleet::Answer {
    if (const auto past = turn.tx().past_answer(once.key)) {
      if (past->request == once.request) return past->answer;
      return std::unexpected(fleet::Refusal{fleet::RefusalKind::conflict,
                                            "This Idempotency-Key came with another request before"});
    }
    auto answer = work(turn);
    if (answer) turn.tx().remember_answer(once.key, {once.request, *answer}, turn.now_s());
    return answer;
  };
}

Work sweep(std::int64_t limit) {
  return [limit](fleet::Turn& turn) -> fleet::Answer {
    const auto judged = turn.tx().sweep(turn.now_s(), limit);
    for (const auto& reported : judged) tell_reported(turn, reported);
    return std::to_string(judged.size());
  };
}

Work mark_stale(double silent_for_s, std::int64_t limit) {
  return [silent_for_s, limit](fleet::Turn& turn) -> fleet::Answer {
    const auto stale = turn.tx().mark_stale_workers(turn.now_s() - silent_for_s, limit);
    for (const auto& worker : stale) tell_stale(turn, worker);
    return std::to_string(stale.size());
  };
}

asio::awaitable<void> look_first(api::World& world) {
  if (!world.look_before_reads) co_return;
  for (std::string judged = "1"; judged != "0";) {
    auto work = sweep(1000);
    auto answer = co_await write(world, std::move(work));
    if (!answer) co_return;  // the read goes on with what there is
    judged = *answer;
  }
}

}  // namespace understudy::daemon::agl
