#include "agl/rollout_store.hpp"

#include "agl/sweep.hpp"
#include "api/ask.hpp"

namespace understudy::daemon::agl {

namespace asio = boost::asio;

asio::awaitable<Result<std::string>> RolloutStore::write(Work work) {
  fleet::What wanted = fleet::StoreWrite{std::move(work)};
  auto answer = co_await api::ask(fleet_, std::move(wanted));
  if (!answer) co_return std::unexpected(trouble_of(answer.error()));
  co_return std::move(*answer);
}

asio::awaitable<http::Response> RolloutStore::answer_write(Work work, int status, Dialect dialect) {
  const auto answer = co_await write(std::move(work));
  if (!answer) co_return render(answer.error(), dialect);
  co_return http::json(status, *answer);
}

asio::awaitable<void> RolloutStore::sweep_before_read() {
  if (!sweeps_before_reads_) co_return;
  for (std::string judged = "1"; judged != "0";) {
    auto work = sweep(1000);
    auto answer = co_await write(std::move(work));
    if (!answer) co_return;  // the read goes on without it
    judged = *answer;
  }
}

}  // namespace understudy::daemon::agl
