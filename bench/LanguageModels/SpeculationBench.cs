using System.Globalization;
using System.Text.Json;
using Understudy.Inference.Decoding;
using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Releases;
using Understudy.Inference.Speculation;

namespace Understudy.Bench.LanguageModels;

/// <summary>
/// <c>bench speculation [--data DIR] [--prompts 100] [--task function-call] [--json]</c>: the stable release's lead with each proposer, with trees of several,
/// and alone, in turns on the same prompts; greedy, so that every output must be the same.
/// </summary>
internal static class SpeculationBench
{
    public const string Plain = "plain";

    /// <summary>Prompts of each set that are run before anything counts.</summary>
    private const int WarmUp = 6;

    public static Task<int> RunAsync(string[] args)
    {
        var options = new Arguments(args);
        options.Know("--data", "--prompts", "--task");
        var data = PublicData.Folder(options.Text("--data"));
        var (count, name) = (options.Number("--prompts", 100), options.Text("--task") ?? "function-call");
        using var catalog = new ReleaseCatalog(Environment.GetEnvironmentVariable("UNDERSTUDY_MODELS") ?? "models");
        using var models = Understudies.Open(LanguageModelRelease.Open(catalog, name));
        var tokenizer = models.Target.Tokenizer;
        PromptSet[] sets =
        [
            PromptSet.Calls(Path.Combine(data, "snips", "test.jsonl"), new(catalog.Task(name), tokenizer), count),
            PromptSet.Text(Path.Combine(data, "brown", "test.txt"), tokenizer, count),
            PromptSet.Questions(Path.Combine(data, "spec_bench", "test.jsonl"), tokenizer, count),
        ];
        var ways = sets.SelectMany(set => Run(models, set, Ways(models))).ToArray();
        var best = sets.ToDictionary(set => set.Name, set => ways.Where(way => way.Set == set.Name).Max(way => way.Speedup));
        var result = new
        {
            task = name,
            ways,
            best,
            identical = ways.All(way => way.Identical == way.Prompts),
            slowest = ways.Min(way => way.Speedup),
            treeGain = TreeGain(ways),
        };
        Console.WriteLine(options.Json ? JsonSerializer.Serialize(result, JsonSerializerOptions.Web) : Table(ways, result.treeGain));
        return Task.FromResult(result.identical ? 0 : 1);
    }

    /// <summary>Nobody, each alone, each two, all.</summary>
    private static string[][] Ways(Understudies models)
    {
        var names = models.Available;
        var pairs = from first in names from second in names where string.CompareOrdinal(first, second) < 0 select new[] { first, second };
        return [[], .. names.Select(one => new[] { one }), .. pairs, [.. names]];
    }

    private static SpeculationWay[] Run(Understudies models, PromptSet set, string[][] ways)
    {
        var speculators = ways.Select(way => way.Length == 0 ? null : models.New(way)).ToArray();
        var sums = ways.Select(_ => new Sum()).ToArray();
        for (var at = -WarmUp; at < set.Prompts.Count; at++)
        {
            var (prompt, how) = set.Prompts[Math.Abs(at) % set.Prompts.Count];
            int[]? expected = null;
            for (var way = 0; way < ways.Length; way++)
            {
                using var generation = models.Target.Generate(prompt, how, speculators[way]);
                generation.Run();
                expected ??= generation.Tokens.ToArray();
                if (at >= 0)
                {
                    sums[way].Add(generation.Statistics, generation.Tokens.SequenceEqual(expected));
                }
            }
        }

        foreach (var speculator in speculators)
        {
            speculator?.Dispose();
        }

        return [.. ways.Select((way, at) => sums[at].Way(set, way.Length == 0 ? Plain : string.Join(" + ", way), sums[0]))];
    }

    /// <summary>Tokens a pass of the best two together over those of the better of the two alone, less one: the most over all sets and pairs.</summary>
    private static double TreeGain(SpeculationWay[] ways) => ways
        .Where(way => way.Ahead.Split(" + ").Length == 2)
        .Max(pair => (pair.AcceptedLength / ways.Where(way => way.Set == pair.Set && pair.Ahead.Split(" + ").Contains(way.Ahead)).Max(way => way.AcceptedLength)) - 1);

    private static string Table(SpeculationWay[] ways, double treeGain)
    {
        var lines = new List<string>();
        foreach (var set in ways.GroupBy(way => way.Set))
        {
            lines.Add(Text($"{set.Key}, {set.First().Prompts} prompts, {set.First().Tokens} tokens"));
            lines.Add($"  {"ahead",-36}{"tokens/s",10}{"speedup",9}{"a pass",8}{"draft ms",10}{"verify ms",11}{"identical",11}");
            lines.AddRange(set.Select(way => Text($"  {way.Ahead,-36}{way.TokensPerSecond,10:0}{way.Speedup,9:0.00}{way.AcceptedLength,8:0.00}{way.DraftMsPerToken,10:0.000}{way.VerifyMsPerToken,11:0.000}{way.Identical,7}/{way.Prompts}")));
        }

        lines.Add(Text($"a tree of two takes up to {treeGain:0.0%} more tokens a pass than its better half"));
        return string.Join('\n', lines);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed class Sum
    {
        private int _prompts, _identical, _forwards;
        private long _tokens;
        private double _decode, _draft, _verify;

        public void Add(GenerationStatistics account, bool identical)
        {
            _prompts++;
            _identical += identical ? 1 : 0;
            _forwards += account.Forwards;
            _tokens += Math.Max(0, account.Tokens - 1); // the first comes with the prompt
            _decode += account.DecodeMilliseconds;
            _draft += account.DraftMilliseconds;
            _verify += account.VerifyMilliseconds;
        }

        public SpeculationWay Way(PromptSet set, string ahead, Sum plain) => new(
            set.Name, ahead, _prompts, _identical, _tokens, _tokens / _decode * 1000, plain._decode / _decode, (double)_tokens / Math.Max(1, _forwards), _draft / _tokens, _verify / _tokens);
    }
}
