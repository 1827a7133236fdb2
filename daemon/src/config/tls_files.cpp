#include "config/tls_files.hpp"

#include "http/tls.hpp"

namespace understudy::daemon::config {

void check_tls_files(Parsed& parsed) {
  if (!parsed.config || !parsed.config->service.tls) return;
  const auto& tls = *parsed.config->service.tls;
  const auto loaded = http::load_tls(tls.cert_file, tls.key_file);
  if (loaded) {
    for (const auto& warning : loaded->warnings) parsed.warnings.push_back({"/service/tls", warning});
    return;
  }
  const std::string key = loaded.error().of_key ? "key_file" : "cert_file";
  parsed.errors.push_back({"/service/tls/" + key, loaded.error().sentence});
  parsed.config.reset();
}

}  // namespace understudy::daemon::config
