#include <fmt/format.h>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "demo/fleet.hpp"

namespace understudy::daemon::demo {

namespace {

namespace asio = boost::asio;

struct Job {
  std::string_view agent_type;
  std::string_view input;
  bool with_next{false};  ///< the next one comes at the same time, so that a second instance has to start
};

/// One round: reviewers are always busy, and three at once now and then; writers rest for longer than their
/// idle stop.
constexpr std::array jobs{
    Job{"reviewer", "Review the change to the retry loop."},
    Job{"writer", "Write the release notes of version 1.4."},
    Job{"reviewer", "Is the new index used by the slow query?"},
    Job{"triage", "Which component does this crash report belong to?"},
    Job{"reviewer", "Review the migration before it runs on Friday.", true},
    Job{"reviewer", "Look for a missing lock in the cache.", true},
    Job{"reviewer", "Review the error messages for plain words."},
    Job{"triage", "Is this ticket a duplicate?"},
    Job{"reviewer", "Does the parser stop at invalid input?"},
    Job{"writer", "Explain the new settings to an operator.", true},
    Job{"writer", "Write an introduction for the handbook."},
};

}  // namespace

asio::awaitable<void> demo_traffic(Submit submit, Traffic traffic) {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  for (std::size_t i = 0; i < traffic.max_tasks; ++i) {
    const Job& job = jobs[i % jobs.size()];
    submit(std::string(job.agent_type), fmt::format("{} (task {})", job.input, i + 1));
    if (job.with_next) continue;
    timer.expires_after(traffic.interval);
    auto waiting = timer.async_wait(asio::use_awaitable);
    co_await std::move(waiting);
  }
}

}  // namespace understudy::daemon::demo
