#include <gmock/gmock.h>
#include <torch/torch.h>

#include <map>
#include <set>

#include "datasets/speech/speech.h"
#include "tests/datasets/speech/sounds.h"

namespace actlab::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class WordFolders : public Folder {
 protected:
  /// A recording that no other equals: its tone has `number` in it.
  void record(const std::string& place, double number) {
    write_sound(folder_ / "set" / place, tone(100 + number, 0.2, 0.5, 4000), 4000);
  }
  SpeechSet load() {
    request_.dataset = (folder_ / "set").string();
    request_.sample_rate = 4000;
    request_.seconds = 0.2;
    return load_speech(request_);
  }
  std::string refusal() {
    return data_message([&] { load(); });
  }
  /// Which recordings are in a split, by content.
  static std::set<std::string> contents(const SpeechSplit& split) {
    std::set<std::string> all;
    for (long i = 0; i < split.audio.size(0); ++i) {
      const auto row = split.audio[i].contiguous();
      all.emplace(static_cast<const char*>(row.data_ptr()), static_cast<size_t>(row.numel()) * 2);
    }
    return all;
  }
  static std::set<std::string> speakers(const SpeechSet& set, const SpeechSplit& split) {
    std::set<std::string> names;
    for (long i = 0; i < split.speakers.size(0); ++i) {
      const long speaker = split.speakers[i].item<long>();
      if (speaker >= 0) names.insert(set.speakers[static_cast<size_t>(speaker)]);
    }
    return names;
  }
  SpeechRequest request_;
};

TEST_F(WordFolders, AreSplitByContentWhereNoSpeakerIsKnown) {
  for (int i = 0; i < 20; ++i) {
    record("yes/" + std::to_string(i) + ".wav", i);
    record("no/" + std::to_string(i) + ".wav", 100 + i);
  }
  for (int copy = 0; copy < 5; ++copy) record("no/copy" + std::to_string(copy) + ".wav", 103);
  const SpeechSet set = load();
  EXPECT_EQ(set.name, "set");
  EXPECT_EQ(set.sample_rate, 4000);
  EXPECT_EQ(set.class_names, (std::vector<std::string>{"no", "yes"}));
  EXPECT_EQ(set.note, "split by content");
  EXPECT_EQ(set.train.labels.size(0) + set.validation.labels.size(0) + set.test.labels.size(0), 45);
  EXPECT_EQ(set.train.audio.sizes(), (std::vector<int64_t>{set.train.labels.size(0), 800}));
  EXPECT_EQ(set.train.audio.scalar_type(), torch::kShort);
  for (const auto& split : {set.train, set.validation, set.test})
    EXPECT_EQ(torch::bincount(split.labels, {}, 2).gt(0).sum().item<long>(), 2);
  const auto train = contents(set.train), validation = contents(set.validation), test = contents(set.test);
  EXPECT_EQ(train.size() + validation.size() + test.size(), 40U);  // no copy on two sides
  EXPECT_EQ(set.fingerprint(), load().fingerprint());
  EXPECT_TRUE(set.speakers.empty());
  EXPECT_TRUE(set.train.speakers.eq(-1).all().item<bool>());
}

// Percentages of the names' SHA-1 by Python's hashlib; the recordings of 022cd682 and 03401e93 are in the
// published test set.
TEST_F(WordFolders, AreSplitByThePublishersHashOfTheSpeaker) {
  int number = 0;
  for (const char* speaker : {"022cd682", "03401e93", "026290a7", "00b01445", "0135f3f2"}) {
    for (const char* word : {"no", "yes"})
      record(std::string(word) + "/" + speaker + "_nohash_0.wav", ++number);
  }
  const SpeechSet set = load();
  EXPECT_EQ(speakers(set, set.test), (std::set<std::string>{"022cd682", "03401e93"}));
  EXPECT_EQ(speakers(set, set.validation), (std::set<std::string>{"026290a7"}));
  EXPECT_EQ(speakers(set, set.train), (std::set<std::string>{"00b01445", "0135f3f2"}));
  EXPECT_EQ(set.note, "split by the publisher's hash of the speaker");
}

TEST_F(WordFolders, AreSplitBySpeakerOtherwiseWhereThatHashFails) {
  int number = 0;
  for (int speaker = 0; speaker < 12; ++speaker) {  // "b12" to "b23": none is a published test speaker
    for (const char* word : {"no", "yes"}) {
      for (int take = 0; take < 3; ++take)
        record(std::string(word) + "/022cd682" + std::string(static_cast<size_t>(speaker), 'x') + "_nohash_" +
                   std::to_string(take) + ".wav",
               ++number);
    }
  }
  const SpeechSet set = load();
  const auto train = speakers(set, set.train), validation = speakers(set, set.validation),
             test = speakers(set, set.test);
  EXPECT_EQ(train.size() + validation.size() + test.size(), 12U);
  EXPECT_GE(test.size(), 1U);
  EXPECT_GE(train.size(), 6U);
}

TEST_F(WordFolders, LoseCopiesUnderTheNamesOfTwoSpeakers) {
  int number = 0;
  for (const char* speaker : {"022cd682", "00b01445", "0135f3f2"}) {
    for (const char* word : {"no", "yes"})
      record(std::string(word) + "/" + speaker + "_nohash_0.wav", ++number);
  }
  record("yes/00b01445_nohash_1.wav", 2);  // what 022cd682 says, who is tested
  const SpeechSet set = load();
  EXPECT_EQ(set.train.labels.size(0), 4);
  EXPECT_THAT(set.note, HasSubstr("left out of training: 1 that others share"));
}

TEST_F(WordFolders, ObeyThePublishersLists) {
  for (int i = 0; i < 10; ++i) {
    record("yes/ann_nohash_" + std::to_string(i) + ".wav", i);
    record("no/ann_nohash_" + std::to_string(i) + ".wav", 100 + i);
  }
  write(folder_ / "set/testing_list.txt",
        std::string("yes/ann_nohash_0.wav\r\nno/ann_nohash_5.wav\nno/absent.wav\n"));
  write(folder_ / "set/validation_list.txt", std::string("yes/ann_nohash_1.wav\n"));
  const SpeechSet set = load();
  EXPECT_EQ(set.test.labels.size(0), 2);
  EXPECT_EQ(set.validation.labels.size(0), 1);
  EXPECT_EQ(set.train.labels.size(0), 17);
  EXPECT_EQ(set.note, "");
}

class Commands : public WordFolders {
 protected:
  void SetUp() override {
    WordFolders::SetUp();
    std::string testing;
    for (const char* word : {"yes", "no", "cat", "dog"}) {
      for (int i = 0; i < 40; ++i) {
        const std::string place = std::string(word) + "/s" + std::to_string(i) + "_nohash_0.wav";
        record(place, ++number_);
        if (i < 20) testing += place + "\n";
      }
    }
    write(folder_ / "set/testing_list.txt", testing);
    write_sound(folder_ / "set/_background_noise_/hum.wav", tone(50, 3, 0.5, 4000), 4000);
    write(folder_ / "set/_background_noise_/README.md", std::string("not audio"));
  }
  int number_ = 0;
};

TEST_F(Commands, HaveUnknownWordsAndSilence) {
  request_.words = {"yes", "no"};
  const SpeechSet set = load();
  EXPECT_EQ(set.class_names, (std::vector<std::string>{"yes", "no", "_unknown_", "_silence_"}));
  EXPECT_TRUE(torch::equal(torch::bincount(set.train.labels), torch::tensor({20, 20, 4, 4})));
  EXPECT_TRUE(torch::equal(torch::bincount(set.test.labels), torch::tensor({20, 20, 4, 4})));
  const auto silence = set.train.audio.index({set.train.labels == 3});
  EXPECT_TRUE((silence.abs().amax(1) > 0).all().item<bool>());
  EXPECT_EQ(contents({silence, {}, {}}).size(), 4U);
  EXPECT_TRUE(set.train.speakers.index({set.train.labels == 3}).eq(-1).all().item<bool>());
}

TEST_F(Commands, HaveOnlyWordsWhereThatIsAsked) {
  request_.silence = 0;
  EXPECT_EQ(load().class_names, (std::vector<std::string>{"cat", "dog", "no", "yes"}));
  request_.words = {"yes", "no"};
  request_.unknown = 0;
  EXPECT_EQ(load().class_names, (std::vector<std::string>{"yes", "no"}));
}

TEST_F(Commands, MayBeOneWordAmongOthers) {
  request_.words = {"yes"};
  request_.silence = 0;
  EXPECT_EQ(load().class_names, (std::vector<std::string>{"yes", "_unknown_"}));
  request_.unknown = 0;
  EXPECT_THAT(message_of(ExitCode::usage, [&] { load(); }), HasSubstr("one word alone"));
  request_.words = {"yes", "_unknown_", "_silence_"};  // what a trained model knows
  const SpeechSet set = load();
  EXPECT_EQ(set.class_names, request_.words);
  EXPECT_TRUE(set.test.labels.eq(0).all().item<bool>());
}

TEST_F(Commands, HaveFaintNoiseWhereNoSilenceWasRecorded) {
  fs::remove_all(folder_ / "set/_background_noise_");
  EXPECT_EQ(load().class_names.size(), 4U);
  request_.silence = 10;
  const SpeechSet set = load();
  EXPECT_EQ(set.class_names.back(), "_silence_");
  EXPECT_THAT(set.note, HasSubstr("silence is faint noise"));
  EXPECT_LT(set.train.audio.index({set.train.labels == 4}).to(torch::kFloat).std(1).max().item<float>(),
            2000);
}

TEST_F(Commands, CanLeaveASpeakerOut) {
  request_.leave_out = "s25";
  request_.silence = 0;
  const SpeechSet set = load();
  EXPECT_EQ(speakers(set, set.test), (std::set<std::string>{"s25"}));
  EXPECT_EQ(set.test.labels.size(0), 4);
  EXPECT_EQ(set.validation.labels.size(0), 80);  // published as test data
  EXPECT_EQ(set.train.labels.size(0), 76);
  request_.leave_out = "s2x";
  EXPECT_THAT(message_of(ExitCode::usage, [&] { load(); }), HasSubstr("did you mean 's2'?"));
}

TEST_F(Commands, CanBeLimited) {
  request_.train_limit = 30;
  request_.test_limit = 1000;
  request_.silence = 0;
  const SpeechSet set = load();
  EXPECT_EQ(set.note, "30 of 80 training recordings");
  EXPECT_EQ(torch::bincount(set.train.labels).gt(0).sum().item<long>(), 4);  // a mixed part
  request_.train_limit = 31;
  EXPECT_TRUE(torch::equal(load().train.audio.slice(0, 0, 30), set.train.audio));
}

TEST_F(Commands, MayBePackedWordByWord) {
  const SpeechSet plain = load();
  for (const std::string word : {"cat", "dog"}) {
    std::vector<std::pair<std::string, std::string>> entries;
    for (const auto& file : fs::directory_iterator(folder_ / "set" / word)) {
      const Bytes bytes = read_bytes(file.path());
      entries.emplace_back(word + "/" + file.path().filename().string(),
                           std::string(bytes.begin(), bytes.end()));
    }
    write_tar(folder_ / "set" / (word + ".tar.gz"), entries);
    fs::remove_all(folder_ / "set" / word);
  }
  const SpeechSet packed = load();
  EXPECT_EQ(packed.fingerprint(), plain.fingerprint());
  EXPECT_FALSE(fs::exists(folder_ / "set" / "cat"));  // nothing is put beside the publisher's files
}

TEST_F(Commands, CountFilesThatEndTooEarly) {
  Bytes cut = read_bytes(folder_ / "set/yes/s30_nohash_0.wav");
  cut.resize(500);
  write(folder_ / "set/yes/s30_nohash_0.wav", cut);
  EXPECT_THAT(load().note, HasSubstr("files that end before their headers say: 1"));
}

TEST_F(WordFolders, NameWhatIsWrong) {
  request_.dataset = "speach-commands";
  EXPECT_THAT(message_of(ExitCode::usage, [&] { load_speech(request_); }),
              HasSubstr("did you mean 'speech-commands'?"));
  EXPECT_THAT(refusal(), HasSubstr("no such folder"));
  record("yes/a.wav", 1);
  EXPECT_THAT(refusal(), HasSubstr("at least two words"));
  record("no/a.wav", 2);
  EXPECT_THAT(refusal(), AllOf(HasSubstr("no recording for training"), HasSubstr("'no'")));
  record("no/b.wav", 3);
  record("yes/b.wav", 4);
  EXPECT_EQ(load().train.labels.size(0), 2);
  write(folder_ / "set/no/notes.txt", std::string("hello"));
  EXPECT_THAT(refusal(), HasSubstr("notes.txt"));
  fs::remove(folder_ / "set/no/notes.txt");
  fs::create_directories(folder_ / "set/no/inner");
  EXPECT_THAT(refusal(), HasSubstr("holds another folder"));
  fs::remove(folder_ / "set/no/inner");
  fs::create_directories(folder_ / "set/empty");
  EXPECT_THAT(refusal(), AllOf(HasSubstr("is empty"), HasSubstr("set/empty")));
}

TEST_F(WordFolders, RefuseOptionsOutOfRange) {
  const auto refuse = [](const std::function<void(SpeechRequest&)>& change) {
    SpeechRequest request;
    change(request);
    return message_of(ExitCode::usage, [&] { load_speech(request); });
  };
  EXPECT_THAT(refuse([](auto& request) { request.train_limit = -1; }), HasSubstr("train limit"));
  EXPECT_THAT(refuse([](auto& request) { request.seconds = 0; }), HasSubstr("0.1 to 60"));
  EXPECT_THAT(refuse([](auto& request) { request.seconds = NAN; }), HasSubstr("0.1 to 60"));
  EXPECT_THAT(refuse([](auto& request) { request.sample_rate = 1; }), HasSubstr("4,000"));
  EXPECT_THAT(refuse([](auto& request) { request.silence = 200; }), HasSubstr("silence"));
  EXPECT_THAT(refuse([](auto& request) { request.words = {"yes", "yes"}; }), HasSubstr("yes, yes"));
}

TEST_F(Folder, SaysHowToGetWhatIsMissing) {
  SpeechRequest request;
  request.dataset = "fsdd";
  request.data_directory = folder_;
  EXPECT_THAT(data_message([&] { load_speech(request); }),
              AllOf(HasSubstr("speech_recognition data fetch fsdd"), HasSubstr("https://")));
}

class Digits : public WordFolders {
 protected:
  void SetUp() override {
    WordFolders::SetUp();
    for (const char* speaker : {"ann", "ben"}) {
      for (int digit = 0; digit < 10; ++digit) {
        for (int take = 0; take < 7; ++take)
          record("recordings/" + std::to_string(digit) + "_" + speaker + "_" + std::to_string(take) + ".wav",
                 ++number_);
      }
    }
  }
  int number_ = 0;
};

TEST_F(Digits, AreTestedOnTheFirstFiveTakes) {
  const SpeechSet set = load();
  EXPECT_EQ(set.class_names.size(), 10U);
  EXPECT_EQ(set.train.labels.size(0), 40);
  EXPECT_EQ(set.test.labels.size(0), 100);
  EXPECT_EQ(set.validation.labels.size(0), 0);
  EXPECT_EQ(set.speakers, (std::vector<std::string>{"ann", "ben"}));
}

TEST_F(Digits, AreTestedOnOneSpeaker) {
  request_.leave_out = "ben";
  const SpeechSet set = load();
  EXPECT_EQ(speakers(set, set.test), (std::set<std::string>{"ben"}));
  EXPECT_EQ(set.test.labels.size(0), 70);
  EXPECT_EQ(set.validation.labels.size(0), 50);
  EXPECT_EQ(set.train.labels.size(0), 20);
  EXPECT_EQ(speakers(set, set.train), (std::set<std::string>{"ann"}));
}

TEST_F(Digits, NeedTellingNames) {
  record("recordings/x_ann_1.wav", 1);
  EXPECT_THAT(refusal(), AllOf(HasSubstr("x_ann_1.wav"), HasSubstr("7_jackson_32.wav")));
}

}  // namespace
}  // namespace actlab::test
