using System.Globalization;
using System.Text.Json;
using Understudy.Cli.Shell;
using Understudy.Inference.Releases;
using Understudy.Inference.Speculation;
using Understudy.Inference.Tasks;
using Understudy.Training.Corpora;

namespace Understudy.Bench.LanguageModels;

/// <summary>
/// <c>bench speculation [--data DIR] [--prompts 100] [--task function-call] [--ways a,b+c] [--full] [--json]</c>: the stable release's lead with each proposer, with trees of
/// several, and alone, in turns on the same prompts; greedy, so that every output must be the same. <c>--ways</c> measures only these. <c>--full</c> has everyone propose to
/// the full length whatever it costs, which shows what could be taken. Draws artifacts/bench/speculation.png. Exit code 1 when an output
/// differs, or when speculation that may adapt costs more than it may.
/// </summary>
internal static class SpeculationBench
{
    public static Task<int> RunAsync(string[] args)
    {
        var options = new Arguments(args);
        options.Know("--data", "--prompts", "--task", "--ways", "--full");
        if (options.Text("--data") is { } given && !Directory.Exists(given))
        {
            throw new BadArgumentException($"There is no folder '{given}'. Name one with public data sets after --data.");
        }

        if ((options.Text("--data") ?? PublicData.Folder("brown")) is not { } data)
        {
            Console.Error.WriteLine("Skipped: no folder has the public data sets (snips, brown, spec_bench). Name it with --data or in UNDERSTUDY_DATA.");
            return Task.FromResult(0);
        }

        var name = options.Text("--task") ?? "function-call";
        using var catalog = new ReleaseCatalog(ModelsFolder.Find());
        var release = LanguageModelRelease.Open(catalog, name);
        var (sets, ways) = Plan(release, data, options.Number("--prompts", 100) + SpeculationRun.WarmUp, catalog.Task(name), options.Text("--ways"));
        if (sets.Length == 0)
        {
            return Task.FromResult(0);
        }

        var adaptive = !options.Has("--full");
        var results = sets.SelectMany(set => SpeculationRun.Measure(release, set, [.. ways.Where(way => set.HasGrammar || !way.Contains("grammar"))], adaptive)).ToArray();
        var summary = SpeculationSummary.Of(results);
        var plot = RepositoryFolder.Artifact(adaptive ? "speculation.png" : "speculation-full.png");
        SpeculationPlot.Draw(plot, results);
        if (options.Json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new { task = name, version = release.Manifest.Version, adaptive, ways = results, summary }, JsonSerializerOptions.Web));
        }
        else
        {
            Print(results, summary, adaptive);
            Console.WriteLine($"drawn in {Path.GetRelativePath(RepositoryFolder.Find(), plot)}");
        }

        return Task.FromResult(summary.Identical && (!adaptive || summary.SlowestSpeedup >= SpeculationSummary.LeastSpeedup) ? 0 : 1);
    }

    private static (PromptSet[] Sets, string[][] Ways) Plan(LanguageModelRelease release, string data, int count, TaskDefinition task, string? wanted)
    {
        using var models = Understudies.Open(release);
        var tokenizer = models.Target.Tokenizer;
        (string File, Func<string, PromptSet> Read)[] kinds =
        [
            (Path.Combine("snips", "test.jsonl"), file => PromptSet.Calls(file, new(task, tokenizer), count)),
            (Path.Combine("brown", "test.txt"), file => PromptSet.Text(file, tokenizer, count)),
            (Path.Combine("spec_bench", "test.jsonl"), file => PromptSet.Questions(file, tokenizer, count)),
        ];
        List<PromptSet> sets = [];
        foreach (var (file, read) in kinds)
        {
            var path = Path.Combine(data, file);
            if (File.Exists(path))
            {
                sets.Add(read(path));
            }
            else
            {
                Console.Error.WriteLine($"Skipped: {data} has no {file}.");
            }
        }

        return ([.. sets], wanted is null ? Ways([.. models.Available]) : [.. wanted.Split(',').Select(way => Way(way, models.Available))]);
    }

    private static string[] Way(string names, IReadOnlyList<string> available)
    {
        var way = names.Split('+');
        return way.All(available.Contains) && way.Distinct().Count() == way.Length
            ? [.. available.Where(way.Contains)]
            : throw new BadArgumentException($"'{names}' in --ways is none. Join some of {string.Join(", ", available)} with '+', and ways with ','.");
    }

    /// <summary>Each alone, each two, all, and all but the grammar, which running text does not have.</summary>
    private static string[][] Ways(string[] names)
    {
        var pairs = names.SelectMany((first, at) => names[(at + 1)..].Select(second => new[] { first, second }));
        string[] free = [.. names.Where(name => name != "grammar")];
        var all = new[] { free, names }.Where(some => some.Length > 2);
        return [.. names.Select(one => new[] { one }), .. pairs, .. all];
    }

    private static void Print(SpeculationWay[] ways, SpeculationSummary summary, bool adaptive)
    {
        foreach (var set in ways.GroupBy(way => way.Set))
        {
            Say($"{set.Key}: {set.First().Prompts} prompts, {set.First().Tokens} tokens");
            Say($"  {"ahead",-32}{"tokens/s",9}{"speedup",9}{"accepted",10}{"forwards",10}{"a forward",11}{"draft ms",10}{"verify ms",11}{"identical",11}");
            foreach (var way in set)
            {
                Say($"  {way.Ahead,-32}{way.TokensPerSecond,9:0}{way.Speedup,9:0.00}{way.AcceptedLength,10:0.00}{way.Forwards,10}{way.TokensPerForward,11:0.00}{way.DraftMsPerToken,10:0.000}{way.VerifyMsPerToken,11:0.000}{$"{way.Identical}/{way.Prompts}",11}");
            }
        }

        Say($"best tree of two: {summary.BestTree ?? "none"}, {summary.TreeGain:+0.0%;-0.0%} tokens a forward over its better half ({Verdict(summary.TreeGain >= SpeculationSummary.LeastTreeGain)}: {SpeculationSummary.LeastTreeGain:0%} are asked for)");
        Say($"lowest speedup{(adaptive ? "" : ", in full")}: {summary.SlowestSpeedup:0.000}, {summary.Slowest}{(adaptive ? $" ({Verdict(summary.SlowestSpeedup >= SpeculationSummary.LeastSpeedup)}: {SpeculationSummary.LeastSpeedup:0.00} is asked for)" : "")}; plain decoding twice was up to {summary.Spread:0.000} apart");
    }

    private static string Verdict(bool met) => met ? "met" : "missed";

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
