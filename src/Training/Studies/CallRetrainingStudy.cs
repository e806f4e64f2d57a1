using System.Security.Cryptography;
using System.Text.Json;
using TorchSharp;
using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Releases;
using Understudy.Inference.Speculation;
using Understudy.Inference.Tokenization;
using Understudy.Training.LanguageModels;
using Understudy.Training.Onnx;
using Understudy.Training.Retraining;
using Understudy.Training.Taggers;

namespace Understudy.Training.Studies;

/// <summary>
/// A tagger of function calls that has seen a tenth of the requests and serves in int8, and learns from what the release's lead answers to others: read back from its file and taught
/// further, begun anew, or left as it is. The lead answers by itself, without a tagger's say.
/// </summary>
internal sealed class CallRetrainingStudy : Study
{
    private const string Task = "function-call";
    private const int Later = 4000;
    private const double MostWrong = 0.01;
    private const string Serves = "as it serves";
    private const string Further = "taught further";
    private const string Anew = "begun anew";

    private static readonly JsonSerializerOptions Json = JsonSerializerOptions.Web;

    public override string Name => "call-retraining";

    public override string Description => "A tagger taught further from its int8 file by its lead's calls, against the one that serves and one begun anew.";

    public override IReadOnlyList<string> Sets => ["snips"];

    public override StudyPlan Prepare(string set, string folder, StudyOptions options, Action<string, double, string> report, CancellationToken cancellationToken)
    {
        using var catalog = new ReleaseCatalog(options.Models ?? "models");
        var release = LanguageModelRelease.Open(catalog, Task);
        var none = new DecoderRecipe { Width = 0, Layers = 0, Heads = 0, KvHeads = 0, HeadDim = 0, FeedForward = 0 };
        var data = new LanguageModelData(new() { Task = Task, Data = folder, Text = [], DevText = [], Calls = "train.jsonl", DevCalls = "test.jsonl", Lead = none, Draft = none });
        var tokenizer = TextTokenizer.Load(release.Tokenizer);
        List<TaggedRequest> first = [.. data.Calls.Where((_, i) => i % 10 == 0)];
        List<TaggedRequest> later = [.. data.Calls.Where((_, i) => i % 10 != 0).Take(options.Limit ?? Later)];
        var answers = Answers(catalog, release, options.WorkFolder, later, report, cancellationToken);
        List<TaggedRequest> lessons = [.. later.Zip(answers, (request, call) => CallAlignment.Align(request.Text, call).Request).OfType<TaggedRequest>()];
        var right = later.Zip(answers).Average(pair => pair.First.Call.Equals(pair.Second) ? 1.0 : 0);
        report("lead's answers", 1, FormattableString.Invariant($"{right:0.0%} of {later.Count} calls right, {lessons.Count} can be learned from"));
        var vocabulary = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(release.Tokenizer)).AsSpan(0, 4));
        var training = new TaggerTraining();
        var cache = new WeightCache(options.WorkFolder);
        var passes = options.Epochs ?? 3;
        var (known, further, anew) = (CallLabels.Of(first), TaggerRetraining.Training(new(), passes, lessons.Count), TaggerRetraining.Training(new() { FromServing = false }, passes, lessons.Count));
        return new()
        {
            Data = $"{set}, {first.Count} requests before and {lessons.Count} calls of the lead later",
            Metric = "calls right",
            Settings = $"{training} {further} {anew} {first.Count} {lessons.Count} {release.Manifest.Version}",
            Arms =
            [
                new(Serves, (seed, tell, token) => Measure(seed, null, tell, token)),
                new(Further, (seed, tell, token) => Measure(seed, further, tell, token)),
                new(Anew, (seed, tell, token) => Measure(seed, anew, tell, token), EncoderRetraining.PassesAnew),
            ],
            Pairs = [(Further, Serves), (Further, Anew)],
            Facts = new Dictionary<string, double> { ["answersRight"] = right },
        };

        StudyMeasurement Measure(int seed, TaggerTraining? how, Action<double> tell, CancellationToken token)
        {
            using var serving = cache.Get(
                $"{set}-tagger-{first.Count}-{training.Epochs}-{vocabulary}",
                seed,
                () => new CallTaggerModel(training, tokenizer.VocabularySize, known),
                model => new TaggerTrainer(model, known, tokenizer, training with { Seed = seed }).Train(first, [], (done, _) => tell(0.5 * done), token));
            var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".onnx");
            try
            {
                TaggerFile.Save(file, serving, known, EncoderPrecision.Int8, training.MaxTokens, 0);
                if (how is not null)
                {
                    Teach(file, seed, how, done => tell(0.5 + (0.5 * done)), token);
                }

                return Score(file);
            }
            finally
            {
                File.Delete(file);
            }
        }

        void Teach(string file, int seed, TaggerTraining how, Action<double> tell, CancellationToken token)
        {
            torch.random.manual_seed(seed);
            var labels = known.With(CallLabels.Of(lessons));
            var (read, precision) = TaggerFile.Load(file, known, labels, how.Dropout);
            using var model = how == further ? read : TaggerRetraining.Anew(read, labels, how.Dropout);
            using var other = read;
            new TaggerTrainer(model, labels, tokenizer, how with { Seed = seed }).Train(lessons, [], (done, _) => tell(done), token);
            TaggerFile.Save(file, model, labels, precision, how.MaxTokens, 0);
        }

        StudyMeasurement Score(string file)
        {
            using var tagger = CallTagger.Load(file);
            var read = data.DevCalls.Select(request => tagger.Read(tokenizer, tokenizer.Encode(request.Text))?.Best() is (var call, var surely)
                ? (Right: call.Equals(request.Call), Surely: surely) : (Right: false, Surely: double.NegativeInfinity)).OrderByDescending(one => one.Surely).ToList();
            var wrong = read.Select((_, count) => read.Take(count + 1).Count(one => !one.Right)).ToList();
            var few = Enumerable.Range(1, read.Count).LastOrDefault(count => wrong[count - 1] <= MostWrong * count);
            return new(read.Average(one => one.Right ? 1.0 : 0), new Dictionary<string, double> { ["surestWithOnePercentWrong"] = (double)few / read.Count });
        }
    }

    /// <summary>What the lead says of requests, kept in the work folder.</summary>
    private static List<FunctionCall> Answers(
        ReleaseCatalog catalog, LanguageModelRelease release, string workFolder, List<TaggedRequest> requests, Action<string, double, string> report, CancellationToken cancellationToken)
    {
        var file = Path.Combine(workFolder, $"call-retraining-{release.Manifest.Version}-answers.jsonl");
        var kept = Kept(file);
        using var models = Understudies.Open(release);
        var calls = new FunctionCallTask(catalog.Task(Task), models.Target.Tokenizer);
        using var writer = File.AppendText(file);
        writer.AutoFlush = true;
        writer.WriteLine(); // behind a line that a kill has cut off
        List<FunctionCall> answers = [];
        foreach (var request in requests)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!kept.TryGetValue(request.Text, out var text))
            {
                using var speculator = models.New(["grammar", "tagger"]); // changes no text
                using var generation = models.Target.Generate(calls.Prompt(request.Text), calls.Options(request.Text, models.Target.Decoder.MaxTokens / 2), speculator);
                text = kept[request.Text] = generation.Run().Text;
                writer.WriteLine(JsonSerializer.Serialize(new KeptAnswer(request.Text, text), Json));
            }

            answers.Add(FunctionCall.TryParse(text, out var call) ? call! : new("", []));
            report("lead's answers", (double)answers.Count / requests.Count, "");
        }

        return answers;
    }

    private static Dictionary<string, string> Kept(string file)
    {
        var kept = new Dictionary<string, string>();
        foreach (var line in File.Exists(file) ? File.ReadLines(file) : [])
        {
            try
            {
                if (line.Length > 0 && JsonSerializer.Deserialize<KeptAnswer>(line, Json) is { } answer)
                {
                    kept[answer.Text] = answer.Call;
                }
            }
            catch (JsonException)
            {
                // Cut off by a kill: it is asked about again.
            }
        }

        return kept;
    }

    private sealed record KeptAnswer(string Text, string Call);
}
