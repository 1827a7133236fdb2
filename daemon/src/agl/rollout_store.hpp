#pragma once
#include <array>
#include <boost/asio/awaitable.hpp>
#include <memory>
#include <string>
#include <utility>

#include "agl/memo.hpp"
#include "agl/trouble.hpp"
#include "api/held.hpp"
#include "api/library.hpp"
#include "api/long_answer.hpp"
#include "fleet/fleet.hpp"
#include "fleet/turn.hpp"
#include "http/respond.hpp"

namespace understudy::daemon::agl {

using Work = fleet::StoreWrite::Work;

/// Access to the store for clients' requests: reads on the library's threads, writes in the fleet's turns.
/// Used on the io thread; fleet and library must outlive it.
class RolloutStore {
 public:
  RolloutStore(fleet::Fleet& fleet, api::Library& library, bool sweeps_before_reads = false)
      : fleet_(fleet), library_(library), sweeps_before_reads_(sweeps_before_reads) {}

  /// The answer of `work` once it is on disk; or why it had no effect.
  [[nodiscard]] boost::asio::awaitable<Result<std::string>> write(Work work);
  /// The same, without waiting for the result.
  void post(Work work) { fleet_.post({fleet::StoreWrite{std::move(work)}, {}, {}}); }

  template <class Query>
  [[nodiscard]] auto read(Query query, api::Lane lane) {
    return library_.read(std::move(query), lane);
  }

  /// The response to a read: `query` runs on the library's thread and returns a Result<std::string> or a
  /// Result<http::Body>.
  template <class Query>
  boost::asio::awaitable<http::Response> answer(const http::Request& request, Query query, Dialect dialect) {
    co_await sweep_before_read();
    auto found = co_await library_.read(std::move(query), api::lane_of(request));
    if (!found) co_return render(Trouble{503, found.error(), {}}, dialect);
    if (!*found) co_return render(found->error(), dialect);
    if constexpr (std::is_same_v<std::decay_t<decltype(**found)>, std::string>)
      co_return http::json(200, std::move(**found));
    else
      co_return api::json_answer(std::move(**found));
  }

  /// The response to a list. Until something is written, the same `cache_key` is answered from memory, unless
  /// it is empty.
  template <class Query>
  boost::asio::awaitable<http::Response> answer_list(const http::Request& request, std::string cache_key,
                                                     Query query, Dialect dialect) {
    auto& memo = memos_[static_cast<std::size_t>(api::lane_of(request))];
    auto remember = [&memo, key = std::move(cache_key),
                     query = std::move(query)](store::Reader& reader) -> Result<http::Body> {
      if (key.empty()) return query(reader);
      const auto version = reader.data_version();
      if (const auto* known = memo.find(version, key)) return http::Body(*known);
      Result<http::Body> list = query(reader);
      if (!list) return list;
      if (const auto* text = std::get_if<std::string>(&*list)) memo.keep(version, key, *text);
      return list;
    };
    return answer(request, std::move(remember), dialect);
  }

  /// The response to a write, with the status of its success.
  [[nodiscard]] boost::asio::awaitable<http::Response> answer_write(Work work, int status, Dialect dialect);

  /// With --store-scan-debounce-s 0, judges overdue attempts before every read.
  [[nodiscard]] boost::asio::awaitable<void> sweep_before_read();

  /// For views of the unprefixed routes; null for others, whose rollouts are upstream's.
  [[nodiscard]] std::shared_ptr<const api::HeldQueues> held_for(Dialect dialect) const {
    return dialect == Dialect::draft ? std::make_shared<const api::HeldQueues>(fleet_.state()) : nullptr;
  }

  [[nodiscard]] std::int64_t now_ms() const { return fleet_.now().wall.time_since_epoch().count(); }
  [[nodiscard]] double now_s() const { return static_cast<double>(now_ms()) / 1000.0; }

 private:
  fleet::Fleet& fleet_;
  api::Library& library_;
  bool sweeps_before_reads_;
  std::array<Memo, 2> memos_{};  ///< of lists, one per client lane and only on its thread
};

}  // namespace understudy::daemon::agl
