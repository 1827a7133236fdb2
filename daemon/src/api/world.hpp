#pragma once
#include <array>
#include <boost/json/value.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "agl/memo.hpp"
#include "agl/waiters.hpp"
#include "api/event_counts.hpp"
#include "api/library.hpp"
#include "api/long_answer.hpp"
#include "api/model_lists.hpp"
#include "api/offload.hpp"
#include "api/queue_depths.hpp"
#include "fleet/fleet.hpp"
#include "http/audit.hpp"
#include "http/gate.hpp"
#include "http/metrics.hpp"
#include "http/places.hpp"
#include "offload/disk.hpp"
#include "sse/hub.hpp"

namespace understudy::daemon::api {

/// All that the handlers reach. Belongs to the io thread; must outlive the router.
struct World {
  fleet::Fleet& fleet;
  Library& library;
  offload::Disk& disk;  ///< for files that an operator or an agent may have put on any mount
  sse::Hub& hub;
  const http::Metrics& http;
  const EventCounts& counts;
  std::string config_path;            ///< may not exist yet: an empty document
  std::vector<std::string> runtimes;  ///< names of those in use, for /health
  std::string version;
  std::chrono::steady_clock::time_point started{std::chrono::steady_clock::now()};
  std::function<std::string(std::string_view)> redact;  ///< takes secrets out of a text
  /// After a new configuration was saved and the fleet follows it: what else depends on it (gate, redactor).
  std::function<void(std::shared_ptr<const config::Config>, const boost::json::value& document)> on_config{};

  std::function<std::uint64_t()> log_dropped{};  ///< lines of the log that nobody read
  http::Gate* gate{nullptr};                     ///< for named tokens; null: there are none
  http::AuditTrail audit{};                      ///< what is not on disk yet
  std::shared_ptr<int> audits_under_way{std::make_shared<int>(0)};  ///< turns that write some of it

  bool tls{false};                  ///< the listener's
  bool exposed_without_tls{false};  ///< others than this machine's own reach it, and read what it says
  bool few_open_files{false};       ///< the limit of open files is low for a fleet of this size
  bool look_before_reads{false};    ///< the watchdog over the store's attempts, before each of its reads

  Spare spare{};
  Offload offload{};
  QueueDepths queues{};
  ModelLists models{};
  agl::Waiters waiters{};            ///< fed by the hub
  std::array<agl::Memo, 2> memos{};  ///< of lists, one a lane of the library: its thread alone
  http::Places places{};
};

}  // namespace understudy::daemon::api
