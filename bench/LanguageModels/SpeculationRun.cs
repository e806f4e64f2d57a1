using Understudy.Inference.Decoding;
using Understudy.Inference.Releases;
using Understudy.Inference.Speculation;

namespace Understudy.Bench.LanguageModels;

/// <summary>
/// All ways on one set of prompts: each prompt goes every way before the next one's turn, in another order each time, so that what slows the machine, and what a way leaves in the cache, slows
/// all alike. All share the models, whose weights are in the processor's cache as in service; but each remembers its own answers: those of another way to the same prompt would
/// tell it all.
/// </summary>
internal sealed class SpeculationRun : IDisposable
{
    /// <summary>Prompts of each set that are run before anything counts.</summary>
    public const int WarmUp = 6;

    private readonly string[] _names;
    private readonly Understudies _models;
    private readonly Speculator?[] _speculators;
    private readonly int[][] _outputs;
    private readonly Sum[] _sums;

    private SpeculationRun(LanguageModelRelease release, string[][] ways, bool adaptive)
    {
        _names = [SpeculationWay.Plain, SpeculationWay.PlainAgain, .. ways.Select(way => string.Join(" + ", way))];
        _models = Understudies.Open(release);
        _speculators = [null, null, .. ways.Select(way => _models.Apart().New(way, adaptive: adaptive))];
        _outputs = new int[_names.Length][];
        _sums = [.. _names.Select(_ => new Sum())];
    }

    /// <param name="adaptive">False to propose in full whatever it costs.</param>
    public static SpeculationWay[] Measure(LanguageModelRelease release, PromptSet set, string[][] ways, bool adaptive)
    {
        using var run = new SpeculationRun(release, ways, adaptive);
        for (var at = 0; at < set.Prompts.Count; at++)
        {
            run.Prompt(set.Prompts[at].Prompt, set.Prompts[at].Options, at, counts: at >= WarmUp);
        }

        return [.. run._names.Select((name, at) => run._sums[at].Way(set.Name, name, run._sums[0]))];
    }

    public void Dispose()
    {
        foreach (var speculator in _speculators)
        {
            speculator?.Dispose();
        }

        _models.Dispose();
    }

    private void Prompt(int[] prompt, Func<GenerationOptions> options, int turn, bool counts)
    {
        var accounts = new GenerationStatistics[_names.Length];
        int[] order = [.. Enumerable.Range(0, _names.Length)];
        new Random(turn).Shuffle(order);
        foreach (var way in order)
        {
            using var generation = _models.Target.Generate(prompt, options(), _speculators[way]);
            generation.Run();
            (accounts[way], _outputs[way]) = (generation.Statistics, generation.Tokens.ToArray());
        }

        for (var way = 0; way < _names.Length && counts; way++)
        {
            _sums[way].Add(accounts[way], _outputs[way].AsSpan().SequenceEqual(_outputs[0]));
        }
    }

    private sealed class Sum
    {
        private int _prompts, _identical, _forwards, _accepted;
        private long _tokens;
        private double _decode, _draft, _verify;

        public void Add(GenerationStatistics account, bool identical)
        {
            _prompts++;
            _identical += identical ? 1 : 0;
            _forwards += account.Forwards;
            _accepted += account.Accepted;
            _tokens += Math.Max(0, account.Tokens - 1);
            _decode += account.DecodeMilliseconds;
            _draft += account.DraftMilliseconds;
            _verify += account.VerifyMilliseconds;
        }

        public SpeculationWay Way(string set, string ahead, Sum plain)
        {
            var forwards = Math.Max(1.0, _forwards);
            return new(
                set, ahead, _prompts, _identical, _tokens, _forwards, _tokens / _decode * 1000, plain._decode / _decode,
                (_accepted + _forwards) / forwards, _tokens / forwards, _draft / _tokens, _verify / _tokens);
        }
    }
}
