using Understudy.Inference.Candidates;
using Understudy.Inference.Decoding;
using Understudy.Inference.Speculation;
using Understudy.Inference.Tests.Decoding;
using Understudy.Training.Onnx;

namespace Understudy.Inference.Tests.Speculation;

public sealed class GenerationTests
{
    internal static readonly StepCosts Flat = new(new Dictionary<int, double> { [1] = 1, [16] = 1.5 });

    public static TheoryData<string, DecoderPrecision> Proposers => new()
    {
        { "draft", DecoderPrecision.Float32 },
        { "draft tree", DecoderPrecision.Float32 },
        { "ngram", DecoderPrecision.Float32 },
        { "cache", DecoderPrecision.Float32 },
        { "medusa", DecoderPrecision.Float32 },
        { "all", DecoderPrecision.Float32 },
        { "all", DecoderPrecision.Int8 },
        { "all", DecoderPrecision.Int4 },
    };

    [Theory]
    [MemberData(nameof(Proposers))]
    public void Advance_GreedyWithAnyProposer_WritesWhatPlainGreedyWrites(string proposers, DecoderPrecision precision)
    {
        using var target = new TinyDecoder(precision: precision, spread: 6);
        using var draft = new TinyDecoder(precision: DecoderPrecision.Int4, spread: 6); // the same weights, coarser: right most of the time
        using var heads = new TinyMedusa(target);
        var accepted = 0;
        foreach (var adaptive in (bool[])[true, false])
        {
            using var speculator = Speculator(proposers, draft, heads, adaptive);
            using var plain = target.Model.NewSession();
            using var session = target.Model.NewSession();
            for (var i = 0; i < 15; i++)
            {
                var prompt = TinyDecoder.Tokens(1 + (i * 3), seed: i);
                var expected = Run(plain, prompt, 40, new(), null, out _);
                Assert.Equal(expected, Run(session, prompt, 40, new(), speculator, out var statistics));
                Assert.Equal(40, statistics.Tokens);
                Assert.True(statistics.Tokens - 1 <= statistics.Forwards + statistics.Accepted);
                accepted += statistics.Accepted;
            }
        }

        Assert.True(accepted > 50, $"only {accepted} proposals were taken, so nothing was tested");
    }

    [Fact]
    public void Advance_StudentsText_WritesWhatPlainGreedyWritesInFewPasses()
    {
        using var target = new TinyDecoder(spread: 6);
        using var session = target.Model.NewSession();
        var prompt = TinyDecoder.Tokens(20);
        int[] plain = [.. Run(session, prompt, 40, new(), null, out _)];
        foreach (var (text, most) in new (int[] Text, int Most)[] {
            (plain, 4), // the same
            ([.. plain[..20], 47, .. plain[21..]], 6), // one token otherwise
            ([.. plain[..20], .. plain[23..]], 9), // three left out
            ([.. plain[..20], 1, 2, 3, .. plain[20..]], 9), // three too many
            (TinyDecoder.Tokens(60, seed: 9), 39) })
        {
            using var speculator = new Speculator([new TextProposer(text)], new SpeculationController(Flat, 1, adaptive: false));
            Assert.Equal(plain, Run(session, prompt, 40, new(), speculator, out var statistics));
            Assert.InRange(statistics.Forwards, 1, most);
        }
    }

    [Fact]
    public void Advance_SeveralProposersWhereTreesCannotRun_WritesWhatPlainGreedyWrites()
    {
        using var target = new TinyDecoder(family: DecoderFamily.HuggingFace, spread: 6);
        using var speculator = new Speculator([new NgramProposer(), new CachedAnswerProposer(new())], new(Flat, 2, adaptive: false));
        using var plain = target.Model.NewSession();
        using var session = target.Model.NewSession();
        var accepted = 0;
        for (var i = 0; i < 60; i++)
        {
            var said = TinyDecoder.Tokens(6, seed: i % 12);
            int[] prompt = [.. said, .. said, .. said[..(1 + (i % 5))]];
            Assert.Equal(Run(plain, prompt, 40, new(), null, out _), Run(session, prompt, 40, new(), speculator, out var statistics));
            accepted += statistics.Accepted;
        }

        Assert.True(accepted > 50, $"only {accepted} proposals were taken, so nothing was tested");
    }

    [Theory]
    [InlineData("none")]
    [InlineData("draft tree")]
    [InlineData("all")]
    public void Advance_SamplingWithAnyProposer_KeepsTheDistribution(string proposers)
    {
        // A model of 8 tokens, and three tokens of output: 512 outcomes, 20,000 samples; error rate as ChiSquare says.
        var shape = new DecoderShape(8, 16, 1, 1, 1, 16, 16, 64);
        using var target = new TinyDecoder(seed: 3, spread: 1.5f, shape: shape);
        using var draft = new TinyDecoder(seed: 3, spread: 1.5f, shape: shape, precision: DecoderPrecision.Int4);
        using var heads = new TinyMedusa(target);
        using var speculator = Speculator(proposers, draft, heads, adaptive: false, depth: 2);
        using var session = target.Model.NewSession();
        int[] prompt = [1, 2, 1, 2, 5, 1, 2];
        var sampling = new SamplingOptions { Temperature = 0.9, RepetitionPenalty = 1.1 };
        var counts = new int[512];
        var accepted = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var output = Run(session, prompt, 3, sampling with { Seed = i }, speculator, out var statistics);
            counts[(output[0] * 64) + (output[1] * 8) + output[2]]++;
            accepted += statistics.Accepted;
        }

        var first = Exact(prompt);
        var exact = new double[512];
        for (var a = 0; a < 8; a++)
        {
            var second = Exact([.. prompt, a]);
            for (var b = 0; b < 8; b++)
            {
                var third = Exact([.. prompt, a, b]);
                for (var c = 0; c < 8; c++)
                {
                    exact[(a * 64) + (b * 8) + c] = first[a] * second[b] * third[c];
                }
            }
        }

        Assert.True(accepted > 5000 || proposers == "none");
        Assert.False(ChiSquare.Rejects(counts, exact));

        double[] Exact(int[] text)
        {
            var logits = ReferenceDecoder.Logits(target.Weights, text);
            foreach (var token in text.Distinct())
            {
                logits[token] = logits[token] > 0 ? logits[token] / 1.1 : logits[token] * 1.1;
            }

            var weights = logits.Select(logit => Math.Exp(logit / 0.9)).ToArray();
            return [.. weights.Select(weight => weight / weights.Sum())];
        }
    }

    /// <param name="first">Temperature of the first request.</param>
    /// <param name="second">Of the second, which has a seed, so that it is repeatable either way.</param>
    [Theory]
    [InlineData(DecoderFamily.Understudy, "draft tree", 0, 0)]
    [InlineData(DecoderFamily.Understudy, "draft tree", 1, 0)]
    [InlineData(DecoderFamily.Understudy, "draft tree", 1, 1)]
    [InlineData(DecoderFamily.HuggingFace, "draft", 0, 0)]
    [InlineData(DecoderFamily.HuggingFace, "draft", 1, 0)]
    [InlineData(DecoderFamily.HuggingFace, "draft", 1, 1)]
    public void Advance_BehindAnOutputOfSpeculation_ComputesWhatItWouldBehindAPlainOne(DecoderFamily family, string proposers, double first, double second)
    {
        using var target = new TinyDecoder(family: family, spread: 6);
        using var draft = new TinyDecoder(precision: DecoderPrecision.Int4, spread: 6);
        using var speculator = Speculator(proposers, draft, null!, adaptive: false);
        using var session = target.Model.NewSession();
        using var plain = target.Model.NewSession();
        var prompt = TinyDecoder.Tokens(20);
        var output = Run(session, prompt, 200, new() { Temperature = first, Seed = 1 }, speculator, out var statistics);
        Assert.True(statistics.Accepted > 20);
        plain.Prefill(prompt);
        output.ForEach(token => plain.Step(token));

        int[] next = [.. prompt, .. output, 7];
        var options = new GenerationOptions { MaxTokens = 1, Sampling = new() { Temperature = second, Seed = 1 } };
        using var generation = new Generation(session, next, options, speculator);
        using var expected = new Generation(plain, next, options);
        generation.Advance();
        expected.Advance();

        Assert.True(generation.Statistics.ReusedTokens >= prompt.Length);
        Assert.Equal(plain.Logits.ToArray(), session.Logits.ToArray());
    }

    /// <summary>Where a pass over several tokens rounds as passes over one do, a chat goes on behind the model's last answer.</summary>
    [Theory]
    [InlineData(DecoderFamily.Understudy)]
    [InlineData(DecoderFamily.HuggingFace)]
    public void Advance_BehindAPlainOutput_ReusesWhatDoesNotDependOnSpeculation(DecoderFamily family)
    {
        using var target = new TinyDecoder(family: family, spread: 6);
        var reused = target.Model.Noise.Chain > 0 ? 20 : 25;
        using var session = target.Model.NewSession();
        var prompt = TinyDecoder.Tokens(20);
        var output = Run(session, prompt, 6, new(), null, out _);
        Run(session, [.. prompt, .. output, 7], 1, new(), null, out var statistics);
        Assert.Equal(reused, statistics.ReusedTokens);
    }

    /// <summary>Whatever was asked of the session between, and wherever the pass began that read the prompt.</summary>
    /// <param name="cached">Tokens of the prompt that an earlier one has in common with it.</param>
    [Theory]
    [InlineData(DecoderFamily.Understudy, 0)]
    [InlineData(DecoderFamily.HuggingFace, 0)]
    [InlineData(DecoderFamily.HuggingFace, 12)]
    [InlineData(DecoderFamily.HuggingFace, 19)]
    public void Advance_PromptThatComesAgain_ComputesTheSame(DecoderFamily family, int cached)
    {
        using var target = new TinyDecoder(family: family, spread: 6);
        using var session = target.Model.NewSession();
        var prompt = TinyDecoder.Tokens(20);
        session.Prefill([.. prompt[..cached], .. TinyDecoder.Tokens(8, seed: 9)]);
        var expected = First();

        Run(session, prompt, 9, new(), null, out _);
        Assert.Equal(expected, First());
        Run(session, prompt, 9, new() { Temperature = 1 }, null, out _);
        Assert.Equal(expected, First());
        Run(session, [.. prompt, 1, 2, 3], 9, new(), null, out _);
        Assert.Equal(expected, First());
        CandidateScorer.Score(session, prompt, [[1, 2], [3]]);
        Assert.Equal(expected, First());

        float[] First()
        {
            Run(session, prompt, 1, new(), null, out _);
            return session.Logits.ToArray();
        }
    }

    [Fact]
    public void Advance_EndTokenInsideAnAcceptedPath_EndsThere()
    {
        using var target = new TinyDecoder(spread: 6);
        using var session = target.Model.NewSession();
        var prompt = TinyDecoder.Tokens(5);
        var free = Run(session, prompt, 30, new(), null, out _);
        var options = new GenerationOptions { MaxTokens = 30, EndTokens = [free[9]] };
        var expected = free[..(free.IndexOf(free[9]) + 1)];
        using var speculator = new Speculator([new WholeProposer(free)], new(Flat, 1, adaptive: false));
        using var generation = new Generation(session, prompt, options, speculator);
        while (generation.Finish == FinishReason.None)
        {
            generation.Advance();
        }

        Assert.Equal(expected, generation.Output.ToArray());
        Assert.Equal(FinishReason.Stop, generation.Finish);
        Assert.Equal(expected.Count, 1 + (generation.Statistics.Forwards * generation.Statistics.AcceptedLength), 1e-9);
        Assert.Empty(generation.Advance());
    }

    [Fact]
    public void Advance_ProposerKnowsTheEnd_RunsNothingForIt()
    {
        using var target = new TinyDecoder(spread: 6);
        using var session = target.Model.NewSession();
        var prompt = TinyDecoder.Tokens(5);
        var free = Run(session, prompt, 10, new(), null, out _);
        var end = Enumerable.Range(4, 6).First(i => free.IndexOf(free[i]) == i);
        using var speculator = new Speculator([new TextProposer(free)], new(Flat, 1, adaptive: false));
        using var generation = new Generation(session, prompt, new() { MaxTokens = 10, EndTokens = [free[end]] }, speculator);

        while (generation.Finish == FinishReason.None)
        {
            generation.Advance();
        }

        Assert.Equal(free[..(end + 1)], generation.Output.ToArray());
        Assert.True(generation.Statistics.Accepted > 0);
        Assert.Equal(prompt.Length + end, session.Length);
    }

    [Fact]
    public void Advance_LogProbabilities_AreThoseOfThePlainModelInEveryPath()
    {
        using var target = new TinyDecoder(spread: 6);
        using var session = target.Model.NewSession();
        var prompt = TinyDecoder.Tokens(6);
        using var draft = new TinyDecoder(precision: DecoderPrecision.Int4, spread: 6);
        using var speculator = Speculator("draft", draft, null!, adaptive: false);
        using var generation = new Generation(session, prompt, new() { MaxTokens = 20, LogProbabilities = 3 }, speculator);
        List<GeneratedToken> tokens = [];
        while (generation.Finish == FinishReason.None)
        {
            tokens.AddRange(generation.Advance());
        }

        List<int> text = [.. prompt];
        foreach (var token in tokens)
        {
            var logits = ReferenceDecoder.Logits(target.Weights, [.. text]);
            var total = Math.Log(logits.Sum(Math.Exp));
            Assert.Equal(logits[token.Id] - total, token.LogProbability, 1e-3);
            Assert.Equal(logits.Index().OrderByDescending(pair => pair.Item).Take(3).Select(pair => pair.Index), token.Top.Select(top => top.Id));
            text.Add(token.Id);
        }
    }

    [Fact]
    public void Advance_TypicalAcceptance_TakesMoreThanLossless()
    {
        using var target = new TinyDecoder(spread: 2);
        using var draft = new TinyDecoder(precision: DecoderPrecision.Int4, spread: 2);
        using var session = target.Model.NewSession();
        int Accepted(AcceptanceRule rule)
        {
            var options = new SpeculationOptions { Rule = rule };
            using var speculator = new Speculator([new DraftProposer(draft.Model.NewSession())], new(Flat, 1, adaptive: false), options);
            Run(session, TinyDecoder.Tokens(9), 200, new(), speculator, out var statistics);
            return statistics.Accepted;
        }

        Assert.True(Accepted(AcceptanceRule.Typical) > Accepted(AcceptanceRule.Lossless));
    }

    [Fact]
    public void Constructor_ImpossibleRequest_SaysWhy()
    {
        using var target = new TinyDecoder();
        using var session = target.Model.NewSession();
        var problems = Assert.Throws<GenerationOptionsInvalidException>(() => new Generation(
            session, [1], new() { MaxTokens = 0, Sampling = new() { Temperature = -1, TopP = -1 }, LogProbabilities = 99, Stop = [""] })).Problems;
        Assert.Equal(5, problems.Count);
        Assert.Throws<SequenceTooLongException>(() => new Generation(session, new int[640], new()));
    }

    [Fact]
    public void Advance_UpToTheContextsEnd_StopsThereWithAnyTree()
    {
        using var target = new TinyDecoder(spread: 6);
        using var draft = new TinyDecoder(precision: DecoderPrecision.Int4, spread: 6);
        using var session = target.Model.NewSession();
        using var speculator = Speculator("draft tree", draft, null!, adaptive: false);
        var output = Run(session, TinyDecoder.Tokens(600), 1000, new(), speculator, out var statistics);
        Assert.Equal(40, output.Count);
        Assert.Equal(output, Run(session, TinyDecoder.Tokens(600), 1000, new(), null, out _));
    }

    internal static Speculator Speculator(string kind, TinyDecoder draft, TinyMedusa heads, bool adaptive, int depth = 8)
    {
        IReadOnlyList<IProposer> proposers = kind switch
        {
            "draft" => [new DraftProposer(draft.Model.NewSession())],
            "draft tree" => [new DraftProposer(draft.Model.NewSession(), siblings: 2)],
            "none" => [],
            "ngram" => [new NgramProposer(shortest: 1)],
            "cache" => [new CachedAnswerProposer(new())],
            "medusa" => [new MedusaProposer(heads.Heads)],
            _ => [new NgramProposer(shortest: 1), new CachedAnswerProposer(new()), new MedusaProposer(heads.Heads), new DraftProposer(draft.Model.NewSession(), siblings: 1)],
        };
        return new(proposers, new(Flat, proposers.Count, adaptive), new() { MaxDepth = depth });
    }

    internal static List<int> Run(
        DecoderSession session, int[] prompt, int tokens, SamplingOptions sampling, Speculator? speculator, out GenerationStatistics statistics)
    {
        using var generation = new Generation(session, prompt, new() { MaxTokens = tokens, Sampling = sampling }, speculator);
        while (generation.Finish == FinishReason.None)
        {
            generation.Advance();
        }

        statistics = generation.Statistics;
        return [.. generation.Output];
    }

    /// <summary>Suggests a text as it stands, also what is behind its end.</summary>
    private sealed class WholeProposer(IReadOnlyList<int> text) : IProposer
    {
        public string Name => "whole";

        public void Propose(in ProposalContext context, TokenTree tree)
        {
            var node = 0;
            foreach (var token in text.Skip(context.Tokens.Length - context.PromptLength).Take(context.MaxDepth))
            {
                node = tree.Add(node, token, null, context.Proposer, 0);
            }
        }

        public void Complete(ReadOnlySpan<int> prompt, ReadOnlySpan<int> output)
        {
        }

        public void Dispose()
        {
        }
    }
}
