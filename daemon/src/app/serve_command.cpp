// From the command line to a running daemon, and its shutdown.
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/serialize.hpp>
#include <cerrno>
#include <exception>
#include <filesystem>
#include <iostream>

#include "app/commands.hpp"
#include "app/daemon.hpp"
#include "app/last_resort.hpp"
#include "demo/fleet.hpp"
#include "files/atomic_file.hpp"
#include "files/directory.hpp"
#include "http/operator_token.hpp"
#include "runtime/docker/engine_http.hpp"
#include "text/hex.hpp"
#include "wire/ids.hpp"

namespace understudy::daemon::app {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

/// Exit status and message for the operator.
struct Stop {
  int status;
  std::string message;
};
template <class T>
using Step = std::expected<T, Stop>;

Step<void> read_config(Prepared& prepared, ports::Log& log) {
  std::string text = "{}";
  if (!prepared.config_path.empty()) {
    auto read = config::read_text(prepared.config_path);
    if (!read) return std::unexpected(Stop{bad_usage, read.error()});
    text = std::move(*read);
  }
  auto parsed = config::parse_config(text);
  std::string problems;
  for (const auto& [path, reason] : parsed.errors)
    problems += fmt::format("{}: {}\n", path.empty() ? "/" : path, reason);
  if (!parsed.config)
    return std::unexpected(Stop{bad_usage, prepared.config_path + " has problems\n" + problems});
  for (const auto& [path, reason] : parsed.warnings)
    log.warning("the configuration", {{"path", path}, {"warning", reason}});
  prepared.config = std::make_shared<const config::Config>(std::move(*parsed.config));
  std::vector<config::Problem> none;
  prepared.document = config::parse_document(text, none).value_or(boost::json::object{});
  return {};
}

/// The configuration may name the state directory, or be in it.
Step<void> find_places(Prepared& prepared, ports::Log& log) {
  namespace fs = std::filesystem;
  prepared.config_path = prepared.options.config_path;
  prepared.state_dir = prepared.options.state_dir;
  if (!prepared.config_path.empty()) {
    if (auto read = read_config(prepared, log); !read) return read;
    if (prepared.state_dir.empty()) prepared.state_dir = prepared.config->service.state_dir;
  }
  if (prepared.state_dir.empty()) prepared.state_dir = default_state_dir();
  std::error_code error;
  prepared.state_dir = fs::absolute(prepared.state_dir, error).lexically_normal().string();
  if (prepared.state_dir.size() > 1 && prepared.state_dir.back() == '/') prepared.state_dir.pop_back();
  if (prepared.config_path.empty()) {
    const auto usual = prepared.state_dir + "/config.json";
    if (fs::exists(usual, error)) prepared.config_path = usual;
    if (auto read = read_config(prepared, log); !read) return read;
    prepared.config_path = usual;
  }
  prepared.config_path = fs::absolute(prepared.config_path, error).string();
  return {};
}

Step<void> find_credentials(Prepared& prepared) {
  auto token = http::load_or_create_token(prepared.state_dir + "/operator-token");
  if (!token) return std::unexpected(Stop{1, token.error()});
  prepared.operator_token = std::move(*token);
  if (!prepared.config->service.store_needs_token) return {};
  token = http::load_or_create_token(prepared.state_dir + "/store-token");
  if (!token) return std::unexpected(Stop{1, token.error()});
  prepared.store_token = std::move(*token);
  return {};
}

Step<void> find_engine(Prepared& prepared) {
  auto host = prepared.config->service.docker_host;
  if (const char* variable = std::getenv("DOCKER_HOST"); host.empty() && variable) host = variable;
  const auto socket = runtime::engine_socket(host.empty() ? "unix:///var/run/docker.sock" : host);
  if (!socket) return std::unexpected(Stop{bad_usage, socket.error()});
  prepared.docker_socket = *socket;
  return {};
}

/// A setting of this installation, created once and kept in the store.
Step<std::string> own_setting(store::Store& store, const std::string& key, const std::string& fresh) {
  if (auto known = store.setting(key)) return *known;
  auto transaction = store.begin();
  transaction.put_setting(key, fresh);
  if (const auto kept = transaction.commit(); !kept) return std::unexpected(Stop{1, kept.error().message});
  return fresh;
}

struct Opened {
  store::Store store;
  store::Reader reader;
};

Step<Opened> open_store(const std::string& state_dir) {
  const auto path = state_dir + "/understudy.db";
  auto store = store::Store::open(path);
  if (!store) return std::unexpected(Stop{1, store.error().message});
  auto reader = store::Reader::open(path);
  if (!reader) return std::unexpected(Stop{1, reader.error().message});
  return Opened{std::move(*store), std::move(*reader)};
}

/// The demo's providers, configuration and traffic, if requested.
class Demo {
 public:
  Demo(asio::io_context& io, bool wanted) : providers_(io), wanted_(wanted) {}

  Step<void> prepare(Prepared& prepared) {
    if (!wanted_) return {};
    const auto ports = providers_.start();
    if (!ports) return std::unexpected(Stop{1, ports.error()});
    if (prepared.options.state_dir.empty()) {
      std::error_code error;
      const auto folder = std::filesystem::temp_directory_path(error);
      auto pattern = (folder / "understudy-demo-XXXXXX").string();
      if (!error && !::mkdtemp(pattern.data())) error = {errno, std::generic_category()};
      if (error)
        return std::unexpected(
            Stop{1, fmt::format("the demo needs a directory for its files, and $TMPDIR, else /tmp, cannot be "
                                "used: {}; set TMPDIR or name a --state-dir",
                                error.message())});
      prepared.options.state_dir = scratch_ = pattern;
    }
    // Checked first: nothing is written into a directory of another user.
    const auto own = prepare_state_dir(prepared.options.state_dir);
    if (!own) return std::unexpected(Stop{1, own.error()});
    const auto path = prepared.options.state_dir + "/config.json";
    const auto text =
        demo::demo_config_json(*ports, prepared.installation.binary, prepared.options.state_dir);
    const auto written = files::write_atomically(path, text);
    return written ? Step<void>{} : std::unexpected(Stop{1, written.error()});
  }

  void send_traffic(asio::io_context& io, fleet::Fleet& fleet) {
    if (!wanted_) return;
    auto submit = [&fleet](const std::string& type, const std::string& input) {
      fleet.post({fleet::TaskSubmitted{.rollout_id = wire::rollout_id(),
                                       .agent_type = type,
                                       .input_json = boost::json::serialize(boost::json::value(input))}});
    };
    asio::co_spawn(io, demo::demo_traffic(std::move(submit)),
                   asio::bind_cancellation_slot(ending_.slot(), asio::detached));
  }
  [[nodiscard]] bool wanted() const { return wanted_; }
  void stop() {
    ending_.emit(asio::cancellation_type::terminal);
    providers_.stop();
  }
  ~Demo() {
    std::error_code ignored;
    if (!scratch_.empty()) std::filesystem::remove_all(scratch_, ignored);
  }

 private:
  demo::DemoProviders providers_;
  asio::cancellation_signal ending_;
  std::string scratch_;
  bool wanted_;
};

/// The token only goes to a terminal: others may read a journal or a file.
std::string dashboard_line(const std::string& address, const std::string& token,
                           const std::string& state_dir) {
  if (::isatty(STDOUT_FILENO) == 1) return fmt::format("dashboard: {}/#token={}", address, token);
  return fmt::format("dashboard: {}/ (its token: understudyd token --state-dir {})", address, state_dir);
}

constexpr std::string_view demo_line =
    "This is the demo: six scripted agents and three scripted providers, on this machine alone. Within a "
    "minute\na provider fails and recovers. Ctrl-C ends it and leaves nothing behind; --verbose shows the "
    "log.\n";

asio::awaitable<void> handle_signals(asio::io_context& io, asio::signal_set& signals, Daemon& daemon,
                                     Demo& demo, LastResort& last_resort) {
  for (;;) {
    const int signal = co_await signals.async_wait(asio::use_awaitable);
    if (signal != SIGHUP || demo.wanted()) break;  // the demo ends with its terminal
    notify_service_manager("RELOADING=1");
    daemon.reload();
    notify_service_manager("READY=1");
  }
  notify_service_manager("STOPPING=1");
  demo.stop();
  last_resort.end_in(50s, 1, "gave up waiting for work that still runs");
  const auto stopped = co_await daemon.stop();
  if (demo.wanted()) co_await daemon.end_everything();
  if (!stopped) {
    last_resort.end_in(0s, 1, stopped.error());
    co_return;
  }
  last_resort.end_in(10s, 0, "a read of the store was abandoned");  // everything acknowledged is on disk
  io.stop();
}

/// Without descriptors, threads or memory nothing starts. What has been begun is not taken down: a pool of
/// threads that is half made waits for itself.
[[noreturn]] void cannot_start() {
  std::string why = "it was not said why";
  try {
    if (const auto thrown = std::current_exception()) std::rethrow_exception(thrown);
  } catch (const std::exception& failure) {
    why = failure.what();
  } catch (...) {
  }
  const auto sentence = "understudyd: cannot start: " + why + '\n';
  static_cast<void>(files::write_all(STDERR_FILENO, sentence));
  ::_exit(1);
}

Step<void> run(ServeOptions options) {
  const auto usual = std::set_terminate(cannot_start);  // until it has started
  LastResort last_resort;
  ::umask(077);  // our files are private, and so are those of agents under our user
  Prepared prepared{.options = std::move(options), .installation = find_installation()};
  prepared.open_files = prepare_process();
  const ports::SystemClock clock;
  log::Logger log(STDERR_FILENO, log::Format::text, clock);
  if (prepared.options.demo && !prepared.options.verbose) log.set_least(ports::LogLevel::warning);
  log::LineWriter out(STDOUT_FILENO);
  asio::io_context io(1);
  asio::signal_set signals(io, SIGTERM, SIGINT, SIGHUP);  // early: none of them may kill us during the start
  Demo demo(io, prepared.options.demo);
  if (auto done = demo.prepare(prepared); !done) return done;
  if (auto done = find_places(prepared, log); !done) return done;
  if (auto done = find_engine(prepared); !done) return done;
  const auto own = prepare_state_dir(prepared.state_dir);
  if (!own) return std::unexpected(Stop{1, own.error()});
  for (const auto& note : *own) log.warning(note);
  const bool has_secrets = !config::secrets_of(prepared.document).empty();
  if (const auto open = readable_secrets(prepared.config_path, has_secrets); !open.empty()) log.warning(open);
  if (const auto claimed = claim_state_dir(prepared.state_dir); !claimed)
    return std::unexpected(Stop{1, claimed.error()});
  prepared.engine_shim = prepared.installation.shim;
  if (std::getenv("UNDERSTUDY_SHARE_SHIM")) {
    auto shared = share_shim(prepared.installation, prepared.state_dir);
    if (!shared) return std::unexpected(Stop{1, shared.error()});
    prepared.engine_shim = std::move(*shared);
  }
  if (auto done = find_credentials(prepared); !done) return done;
  auto opened = open_store(prepared.state_dir);
  if (!opened) return std::unexpected(opened.error());
  auto owner = own_setting(opened->store, "owner", wire::random_id("", 12));
  if (!owner) return std::unexpected(owner.error());
  prepared.owner = std::move(*owner);
  auto account_key = own_setting(opened->store, "account_key", text::random_hex(32));
  if (!account_key) return std::unexpected(account_key.error());
  prepared.account_key = std::move(*account_key);
  const auto token = prepared.operator_token;
  const auto state_dir = prepared.state_dir;

  Daemon daemon(io, std::move(prepared), std::move(opened->store), std::move(opened->reader), log);
  if (const auto started = daemon.start(); !started) return std::unexpected(Stop{1, started.error()});
  asio::co_spawn(io, handle_signals(io, signals, daemon, demo, last_resort), asio::detached);
  demo.send_traffic(io, daemon.fleet());
  const auto address = daemon.addresses().front();
  if (demo.wanted()) out.post(demo_line);
  out.post(fmt::format("listening on {}\n{}\n", address, dashboard_line(address, token, state_dir)));
  notify_service_manager("READY=1");
  std::set_terminate(usual);
  io.run();
  return {};
}

}  // namespace

int serve(const ServeOptions& options) {
  const auto ended = run(options);
  if (ended) return 0;
  log::LineWriter(STDERR_FILENO).post("understudyd: " + ended.error().message + '\n');
  return ended.error().status;
}

}  // namespace understudy::daemon::app
