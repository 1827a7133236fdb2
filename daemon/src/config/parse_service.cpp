#include "config/parse_service.hpp"

#include <algorithm>

#include "config/reader.hpp"
#include "http/authority.hpp"

namespace understudy::daemon::config {

namespace {

void read_auth(const boost::json::value& value, std::string path, Parsed& out, Service& service) {
  Reader auth(value, std::move(path), out);
  auth.one_of("reads", service.reads_need_token, {{"open", false}, {"token", true}});
  auth.one_of("store", service.store_needs_token, {{"open", false}, {"token", true}});
  auth.finish();
}

void read_runtimes(const boost::json::value& value, std::string path, Parsed& out, Service& service) {
  Reader runtimes(value, std::move(path), out);
  if (const auto* docker = runtimes.take("docker")) {
    Reader reader(*docker, runtimes.path("docker"), out);
    reader.text("host", service.docker_host, false);
    if (!service.docker_host.empty() && !service.docker_host.starts_with("unix://"))
      reader.error("host", "must begin with unix://; only local engines are supported");
    reader.finish();
  }
  runtimes.finish();
}

void read_retention(const boost::json::value& value, std::string path, Parsed& out, Service& service) {
  Reader retention(value, std::move(path), out);
  retention.whole("events_days", service.events_days, 1, 36500);
  retention.whole("rollouts_days", service.rollouts_days, 1, 36500);
  retention.finish();
}

/// Header values are plain ASCII; international names come as punycode.
bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 127; });
}

void read_listen(Reader& reader, Service& service) {
  std::string listen;
  reader.text("listen", listen, false);
  if (listen.empty()) return;
  const auto address = http::parse_host_port(listen);
  if (!address) return reader.error("listen", address.error());
  if (!is_plain(listen)) return reader.error("listen", "must be plain ASCII");
  service.listen_host = address->host;
  service.listen_port = address->port;
}

void read_tls(const boost::json::value& value, std::string path, Parsed& out, Service& service) {
  Reader reader(value, std::move(path), out);
  if (!reader.valid()) return;
  Tls tls;
  reader.text("cert_file", tls.cert_file, false);
  reader.text("key_file", tls.key_file, false);
  for (const std::string_view key : {"cert_file", "key_file"})
    if (!reader.has(key)) reader.error(key, "is required");
  reader.finish();
  service.tls = std::move(tls);
}

void read_callers(Reader& reader, Service& service) {
  reader.texts("allowed_origins", service.allowed_origins, [](std::string_view item) -> std::string {
    const auto origin = item.ends_with('/') ? item.substr(0, item.size() - 1) : item;
    if (item == "*" || (is_plain(item) && http::parse_origin(origin))) return "";
    return "is not an origin, as in https://ops.example:8443";
  });
  reader.texts("allowed_hosts", service.allowed_hosts, [](std::string_view item) -> std::string {
    if (is_plain(item) && http::parse_authority(item)) return "";
    return "is not a host, as in ops.example or ops.example:8787";
  });
}

}  // namespace

void read_service(const boost::json::value& value, Parsed& out, Service& service) {
  Reader reader(value, "/service", out);
  if (!reader.valid()) return;
  read_listen(reader, service);
  reader.text("state_dir", service.state_dir, false);
  reader.one_of("usage_window", service.usage_window,
                {{"1h", UsageWindow::one_hour},
                 {"5h", UsageWindow::five_hours},
                 {"24h", UsageWindow::day},
                 {"7d", UsageWindow::week},
                 {"30d", UsageWindow::month},
                 {"all", UsageWindow::all}});
  if (const auto* auth = reader.take("auth")) read_auth(*auth, reader.path("auth"), out, service);
  if (const auto* tls = reader.take("tls")) read_tls(*tls, reader.path("tls"), out, service);
  read_callers(reader, service);
  if (const auto* runtimes = reader.take("runtimes"))
    read_runtimes(*runtimes, reader.path("runtimes"), out, service);
  if (const auto* retention = reader.take("retention"))
    read_retention(*retention, reader.path("retention"), out, service);
  reader.one_of("shutdown", service.shutdown_policy,
                {{"stop_idle", container::ShutdownPolicy::stop_idle},
                 {"leave_all", container::ShutdownPolicy::leave_all},
                 {"stop_all", container::ShutdownPolicy::stop_all}});
  reader.whole("parallel_starts", service.parallel_starts, 0, 1000);
  reader.one_of("log_format", service.log_format, {{"text", log::Format::text}, {"json", log::Format::json}});
  reader.flag("share_health", service.share_health);
  reader.finish();
}

}  // namespace understudy::daemon::config
