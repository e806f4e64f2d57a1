using Understudy.Inference.Decoding;
using Understudy.Inference.Releases;
using Understudy.Inference.Speculation;

namespace Understudy.Bench.LanguageModels;

/// <summary>
/// All ways on one set of prompts: each prompt goes every way twice before the next one's turn, in another order each time, so that what slows the machine, and what a way leaves in the cache, slows
/// all alike; where both took the same passes the faster counts, since whatever else runs there only ever adds, else their mean. All share the models, whose weights are in the processor's cache as in service; but each remembers its own
/// answers, the second time too: those of another to the same prompt would tell it all.
/// </summary>
internal sealed class SpeculationRun : IDisposable
{
    /// <summary>Prompts of each set that are run before anything counts.</summary>
    public const int WarmUp = 6;

    private const int Times = 2;

    private readonly string[] _names;
    private readonly Understudies _models;
    private readonly Speculator?[][] _speculators;
    private readonly Sum[] _sums;

    private SpeculationRun(LanguageModelRelease release, string[][] ways, bool adaptive)
    {
        _names = [SpeculationWay.Plain, SpeculationWay.PlainAgain, .. ways.Select(way => string.Join(" + ", way))];
        _models = Understudies.Open(release);
        _speculators = [.. Enumerable.Range(0, Times).Select(_ => (Speculator?[])[null, null, .. ways.Select(way => _models.Apart().New(way, adaptive: adaptive))])];
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
        foreach (var speculator in _speculators.SelectMany(all => all))
        {
            speculator?.Dispose();
        }

        _models.Dispose();
    }

    private void Prompt(int[] prompt, Func<GenerationOptions> options, int turn, bool counts)
    {
        var runs = _names.Select(_ => new (GenerationStatistics Account, int[] Output)[Times]).ToArray();
        int[] order = [.. Enumerable.Range(0, _names.Length * Times)];
        new Random(turn).Shuffle(order);
        foreach (var place in order)
        {
            var (way, time) = (place / Times, place % Times);
            using var generation = _models.Target.Generate(prompt, options(), _speculators[time][way]);
            generation.Run();
            runs[way][time] = (generation.Statistics, generation.Tokens.ToArray());
        }

        for (var way = 0; way < _names.Length && counts; way++)
        {
            _sums[way].Add([.. runs[way].Select(run => run.Account)], runs[way].All(run => run.Output.AsSpan().SequenceEqual(runs[0][0].Output)));
        }
    }

    private sealed class Sum
    {
        private int _prompts, _identical;
        private double _tokens, _forwards, _accepted, _decode, _draft, _verify;

        /// <param name="accounts">Of the same output, each time.</param>
        /// <param name="identical">Whether that is plain decoding's.</param>
        public void Add(GenerationStatistics[] accounts, bool identical)
        {
            _prompts++;
            _identical += identical ? 1 : 0;
            var same = accounts.All(account => (account.Forwards, account.Accepted, account.Proposed) == (accounts[0].Forwards, accounts[0].Accepted, accounts[0].Proposed));
            accounts = same ? [accounts.MinBy(account => account.DecodeMilliseconds)!] : accounts;
            foreach (var account in accounts)
            {
                _forwards += (double)account.Forwards / accounts.Length;
                _accepted += (double)account.Accepted / accounts.Length;
                _tokens += Math.Max(0.0, account.Tokens - 1) / accounts.Length;
                _decode += account.DecodeMilliseconds / accounts.Length;
                _draft += account.DraftMilliseconds / accounts.Length;
                _verify += account.VerifyMilliseconds / accounts.Length;
            }
        }

        public SpeculationWay Way(string set, string ahead, Sum plain)
        {
            var forwards = Math.Max(1.0, _forwards);
            return new(
                set, ahead, _prompts, _identical, (long)Math.Round(_tokens), (int)Math.Round(_forwards), _tokens / _decode * 1000, plain._decode / _decode,
                (_accepted + _forwards) / forwards, _tokens / forwards, _draft / _tokens, _verify / _tokens);
        }
    }
}
