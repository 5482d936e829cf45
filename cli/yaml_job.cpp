// Job files in YAML.
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <sstream>
#include <vector>

#include "cli/job_document.hpp"
#include "cli/yaml_scalar.hpp"

namespace berth {
namespace {

using Json = nlohmann::json;

constexpr int kDepthMax = 64;
constexpr int kValuesMax = 200'000;              // aliases count as often as they are used
constexpr std::size_t kPathBytesMax = 64 << 20;  // as do the names of what is in them

// What a value is anyway.
const std::set<std::string> kKnownTags{
    "tag:yaml.org,2002:str",  "tag:yaml.org,2002:int", "tag:yaml.org,2002:float",
    "tag:yaml.org,2002:bool", "tag:yaml.org,2002:null", "tag:yaml.org,2002:seq",
    "tag:yaml.org,2002:map"};

struct BadYaml {
  int line;
  std::string message;
};

using ReadScalar = std::optional<Json> (*)(const std::string& text);

class YamlReader {
 public:
  YamlReader(JobDocument& document, ReadScalar read_scalar)
      : document_(document), read_scalar_(read_scalar) {}

  Json value(const YAML::Node& node, const std::string& path, int depth) {
    if (depth > kDepthMax) throw BadYaml{line(node), "is nested deeper than 64"};
    if (++values_ > kValuesMax)
      throw BadYaml{line(node), "has more than 200000 values once its aliases are filled in"};
    path_bytes_ += path.size();
    if (path_bytes_ > kPathBytesMax)
      throw BadYaml{line(node), "has names that are too long once its aliases are filled in"};
    if (!path.empty()) document_.lines.emplace(path, line(node));
    check_tag(node);
    switch (node.Type()) {
      case YAML::NodeType::Undefined:
      case YAML::NodeType::Null:
        return nullptr;
      case YAML::NodeType::Scalar:
        return scalar(node);
      case YAML::NodeType::Sequence:
        return sequence(node, path, depth);
      case YAML::NodeType::Map:
        return map(node, path, depth);
    }
    return nullptr;
  }

 private:
  static int line(const YAML::Node& node) { return node.Mark().line + 1; }

  static void check_tag(const YAML::Node& node) {
    const std::string& tag = node.Tag();
    if (tag.empty() || tag == "?" || tag == "!" || kKnownTags.contains(tag)) return;
    throw BadYaml{line(node), "the tag " + tag + " means nothing here"};
  }

  Json scalar(const YAML::Node& node) const {
    const std::string& tag = node.Tag();
    if (tag == "!" || tag == "tag:yaml.org,2002:str") return node.Scalar();
    auto value = read_scalar_(node.Scalar());
    if (!value) throw BadYaml{line(node), node.Scalar() + " is no number that a job can have"};
    return *value;
  }

  Json sequence(const YAML::Node& node, const std::string& path, int depth) {
    Json list = Json::array();
    for (const YAML::Node& item : node) {
      const std::string at = path + "[" + std::to_string(list.size()) + "]";
      list.push_back(value(item, at, depth + 1));
    }
    return list;
  }

  Json map(const YAML::Node& node, const std::string& path, int depth) {
    Json object = Json::object();
    std::vector<YAML::Node> merged;
    for (const auto& entry : node) {
      const std::string key = key_of(entry.first);
      if (is_merge(entry.first)) {
        merged.push_back(entry.second);
        continue;
      }
      if (object.contains(key))
        throw BadYaml{line(entry.first), "the key \"" + key + "\" stands here a second time"};
      const std::string at = path.empty() ? key : path + "." + key;
      document_.lines.emplace(at, line(entry.first));
      object[key] = value(entry.second, at, depth + 1);
    }
    for (const YAML::Node& each : merged) merge(object, each, path, depth);
    return object;
  }

  // `<<: *other` and `<<: [*one, *other]`: fields that do not stand here themselves, of the first
  // that has them.
  void merge(Json& object, const YAML::Node& from, const std::string& path, int depth) {
    if (from.IsSequence()) {
      for (const YAML::Node& each : from) {
        if (!each.IsMap()) throw BadYaml{line(each), "<< takes mappings alone"};
        merge(object, each, path, depth);
      }
      return;
    }
    if (!from.IsMap()) throw BadYaml{line(from), "<< takes a mapping, or a list of them"};
    const Json fields = value(from, path, depth + 1);
    for (const auto& [key, each] : fields.items())
      if (!object.contains(key)) object[key] = each;
  }

  static bool is_merge(const YAML::Node& key) {
    return key.Scalar() == "<<" && key.Tag() != "!";
  }

  static std::string key_of(const YAML::Node& node) {
    if (!node.IsScalar()) throw BadYaml{line(node), "a key must be a word"};
    return node.Scalar();
  }

  JobDocument& document_;
  ReadScalar read_scalar_;
  int values_ = 0;
  std::size_t path_bytes_ = 0;
};

// Of what begins no value yaml-cpp makes empty documents without end, each where the last one was.
class DocumentStarts final : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark& mark) override {
    if (mark.pos <= last_) throw BadYaml{mark.line + 1, "this begins no value"};
    last_ = mark.pos;
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t,
                const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}

 private:
  int last_ = -1;
};

void check_documents_end(const std::string& text) {
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  DocumentStarts starts;
  while (parser.HandleNextDocument(starts)) {
  }
}

// Their fields are not ours to read otherwise than their own tools do.
bool is_of_a_manifest(const YAML::Node& node) {
  return node["apiVersion"].IsDefined() && node["kind"].IsDefined();
}

JobDocument document_of(const YAML::Node& node, const std::string& file, int number) {
  JobDocument document;
  document.file = file;
  document.number = number;
  if (!node.IsMap())
    throw BadYaml{node.Mark().line + 1, "a job is a mapping such as \"type: ray\""};
  const ReadScalar read = is_of_a_manifest(node) ? plain_manifest_value : plain_yaml_value;
  const Json request = YamlReader(document, read).value(node, "", 0);
  try {
    document.json = request.dump();
  } catch (const Json::type_error&) {
    throw BadYaml{node.Mark().line + 1, "the text is not valid UTF-8"};
  }
  return document;
}

Error bad_file(const std::string& file, int line, const std::string& message) {
  return {"BadFile", file + ":" + std::to_string(line) + ": " + message};
}

}  // namespace

Result<std::vector<JobDocument>> read_yaml(const std::string& text, const std::string& file) {
  try {
    check_documents_end(text);
    std::vector<JobDocument> documents;
    std::vector<YAML::Node> nodes = YAML::LoadAll(text);
    std::erase_if(nodes, [](const YAML::Node& node) { return node.IsNull(); });  // between two "---"
    for (const YAML::Node& node : nodes) {
      const int number = nodes.size() > 1 ? static_cast<int>(documents.size()) + 1 : 0;
      documents.push_back(document_of(node, file, number));
    }
    if (documents.empty()) return Error{"BadFile", file + ": there is no job in it"};
    return documents;
  } catch (const BadYaml& bad) {
    return bad_file(file, bad.line, bad.message);
  } catch (const YAML::Exception& bad) {
    return bad_file(file, bad.mark.line + 1, bad.msg);
  }
}

}  // namespace berth
