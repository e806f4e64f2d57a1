using System.Collections.Concurrent;
using System.Text.Json;
using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Releases;
using Understudy.Inference.Tasks;
using Understudy.Training.LanguageModels;
using Understudy.Training.Recipes;

namespace Understudy.Tests;

/// <summary>
/// A small generation task, <c>errands</c>, with a lead that knows it and a tagger that has seen little of it: two of four verbs, and nobody who says when.
/// Both are trained, once in a process for either kind of lead.
/// </summary>
internal static class TaggedCalls
{
    public const string Task = "errands";
    public const string Version = "v1";

    /// <summary>Requests that there are.</summary>
    public const int Count = 2880;

    private static readonly string[] Verbs = ["call", "text", "ring", "message"];
    private static readonly string[] Openers = ["", "please", "could you", "i want to", "kindly"];
    private static readonly string[] Closers = ["", "now", "at noon", "again", "at midnight", "today"];
    private static readonly string[] Names =
    [
        "anna", "bert", "carl", "dora", "emil", "frida", "gustav", "hanna", "ivan", "julia", "karin", "lars",
        "maria", "nils", "olga", "peter", "quinn", "rosa", "sven", "tilda", "ulf", "vera", "wim", "xenia",
    ];

    private static readonly ConcurrentDictionary<bool, Lazy<string>> Trained = [];

    /// <summary>In an order that is always the same and has nothing to do with what they say.</summary>
    public static IReadOnlyList<TaggedRequest> Requests { get; } = Make();

    /// <summary>Writes the task with one release, which is stable.</summary>
    /// <param name="threshold">How sure the tagger must be to answer; null for what nobody has measured.</param>
    /// <param name="leadKnows">False for a lead that has learned nothing, which takes no time.</param>
    public static async Task WriteAsync(string models, double? threshold = null, bool leadKnows = true)
    {
        var trained = Trained.GetOrAdd(leadKnows, static knows => new(() => Train(knows))).Value;
        var (from, to) = (Path.Combine(trained, "models", Task), Path.Combine(models, Task));
        Directory.CreateDirectory(Path.Combine(to, Version));
        File.Copy(Path.Combine(from, "task.json"), Path.Combine(to, "task.json"), overwrite: true);
        var manifest = JsonSerializer.Deserialize<ReleaseManifest>(await File.ReadAllBytesAsync(Path.Combine(from, Version, ReleaseManifest.FileName)), JsonSerializerOptions.Web)!;
        foreach (var file in manifest.Files)
        {
            File.Copy(Path.Combine(from, Version, file.Name), Path.Combine(to, Version, file.Name), overwrite: true);
        }

        ReleaseWriter.Write(Path.Combine(to, Version), manifest with
        {
            Thresholds = new() { Certified = threshold is not null },
            Tiers = [.. manifest.Tiers.Select(tier => tier.Role == "student" ? tier with { Threshold = tier.Kind == TierManifest.Tagger ? threshold ?? 2 : 2 } : tier with { MillisecondsPerItem = 200 })],
        });
        using var catalog = new ReleaseCatalog(models);
        await catalog.PromoteAsync(Task, Version);
    }

    private static List<TaggedRequest> Make()
    {
        var requests = new List<TaggedRequest>(Count);
        foreach (var i in Enumerable.Range(0, Count))
        {
            var (verb, name, opener, closer) = (Verbs[i % 4], Names[i / 4 % 24], Openers[i / 96 % 5], Closers[i / 480]);
            var text = string.Join(' ', new[] { opener, verb, name, closer }.Where(part => part.Length > 0));
            var tags = text.Split(' ').Select(word => word == name ? "B-person" : word is "noon" or "midnight" ? "B-time" : "O");
            requests.Add(TaggedRequest.Parse(text, verb is "call" or "ring" ? "Call" : "Text", string.Join(' ', tags)));
        }

        var shuffled = requests.ToArray();
        new Random(17).Shuffle(shuffled);
        return [.. shuffled];
    }

    private static string Train(bool leadKnows)
    {
        var folder = Directory.CreateTempSubdirectory("understudy-errands-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        var (models, data) = (Path.Combine(folder, "models"), Path.Combine(folder, "data"));
        Directory.CreateDirectory(Path.Combine(models, Task));
        Directory.CreateDirectory(data);
        File.WriteAllText(Path.Combine(models, Task, "task.json"), """
            {"name":"errands","kind":"generation","labels":["Call","Text"],"metric":"exact-match","guarantee":{"epsilon":0.05,"delta":0.05},"retraining":{"passes":40},
            "schema":{"type":"object","required":["intent","slots"],"properties":{"intent":{"enum":["Call","Text"]},
            "slots":{"type":"object","properties":{"person":{"type":"string","format":"extract"},"time":{"type":"string","format":"extract"}}}}}}
            """);
        File.WriteAllLines(Path.Combine(data, "text.txt"), Enumerable.Repeat("one day anna and bert went to see carl and dora", 40));
        Write("dev.jsonl", Requests.TakeLast(50));
        Write("calls.jsonl", Requests.Take(2000));
        Run(TrainingSteps.Lead);
        File.Delete(Path.Combine(folder, "work", "data.sha256")); // it would refuse students of fewer calls than their lead knows
        Write("calls.jsonl", Requests.Take(600).Where(request => request.Text.Split(' ').All(word => word is not ("ring" or "message" or "at"))));
        Run(TrainingSteps.All & ~TrainingSteps.Lead);
        return folder;

        void Write(string file, IEnumerable<TaggedRequest> requests) => File.WriteAllLines(Path.Combine(data, file), requests.Select(request => JsonSerializer.Serialize(new
        {
            text = request.Text,
            label = request.Intent,
            slots = string.Join(' ', request.Segments.SelectMany(segment => segment.Text.Split(' ').Select((_, word) => segment.Slot is null ? "O" : $"{(word == 0 ? 'B' : 'I')}-{segment.Slot}"))),
        })));

        void Run(TrainingSteps steps) => new LanguageModelRun(Recipe(data, leadKnows ? 250 : 4), TaskDefinition.Load(Path.Combine(models, Task, "task.json")), models, Path.Combine(folder, "work")).Run(steps);
    }

    private static LanguageModelRecipe Recipe(string data, int steps) => new()
    {
        Task = Task,
        Data = data,
        Vocabulary = 400,
        Text = ["text.txt"],
        DevText = ["text.txt"],
        Calls = "calls.jsonl",
        DevCalls = "dev.jsonl",
        Lead = Decoder(48, 2, steps),
        Draft = Decoder(16, 1, 4),
        Tagger = new() { Embedding = 32, Width = 32, Layers = 1, Heads = 2, FeedForward = 64, MaxTokens = 24, Epochs = 20, Rate = 1e-2, Dropout = 0 },
    };

    private static DecoderRecipe Decoder(int width, int layers, int steps) => new()
    {
        Width = width,
        Layers = layers,
        Heads = 2,
        KvHeads = 1,
        HeadDim = 16,
        FeedForward = 2 * width,
        MaxTokens = 128,
        Tied = true,
        Training = new() { Steps = steps, TextFirst = 0, TextEvery = 1000, TextTokens = 16, TextRows = 2, Requests = 32, Rate = 3e-3, WarmUp = 20, Dropout = 0 },
    };
}
