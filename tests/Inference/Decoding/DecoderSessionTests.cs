using CsCheck;
using Understudy.Inference.Decoding;
using Understudy.Training.Onnx;

namespace Understudy.Inference.Tests.Decoding;

public sealed class DecoderSessionTests
{
    [Theory]
    [InlineData(DecoderPrecision.Float32, DecoderFamily.Understudy, 1e-4)]
    [InlineData(DecoderPrecision.Float32, DecoderFamily.HuggingFace, 1e-4)]
    [InlineData(DecoderPrecision.Int8, DecoderFamily.Understudy, 0.4)]
    [InlineData(DecoderPrecision.Int8, DecoderFamily.HuggingFace, 0.4)]
    [InlineData(DecoderPrecision.Int4, DecoderFamily.Understudy, 4)]
    public void Prefill_AnyPrecision_AgreesWithTheReference(DecoderPrecision precision, DecoderFamily family, double tolerance)
    {
        using var tiny = new TinyDecoder(precision: precision, family: family);
        using var session = tiny.Model.NewSession();
        var tokens = TinyDecoder.Tokens(11);
        var actual = session.Prefill(tokens).ToArray();
        var expected = ReferenceDecoder.Logits(tiny.Weights, tokens);
        Assert.True(expected.Max() > 4);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, tolerance));
    }

    [Theory]
    [InlineData(DecoderFamily.Understudy)]
    [InlineData(DecoderFamily.HuggingFace)]
    public void Run_PrefillStepScoreAndRollbackInAnyOrder_EqualsPrefillFromScratch(DecoderFamily family)
    {
        using var tiny = new TinyDecoder(family: family);
        using var session = tiny.Model.NewSession();
        using var fresh = tiny.Model.NewSession();
        Gen.Select(Gen.Int[0, 3], Gen.Int[1, 12], Gen.Int[0, 1000]).List[1, 8].Sample(
            moves =>
            {
                session.Prefill([1, 2, 3]);
                float[] last = [];
                foreach (var (move, count, seed) in moves)
                {
                    var tokens = TinyDecoder.Tokens(count, seed);
                    last = move switch
                    {
                        0 => session.Step(tokens[0]).ToArray(),
                        1 => session.Score(tokens)[^tiny.Model.Vocabulary..].ToArray(),
                        2 => session.Prefill([.. session.Tokens[..Math.Max(1, session.Length - count)], .. tokens]).ToArray(),
                        _ => RollbackAndStep(count, tokens[0]),
                    };
                }

                fresh.Rollback(0);
                AssertClose(fresh.Prefill(session.Tokens), last);
            },
            iter: 60, threads: 1, seed: "0000ZCX3tQh3");

        float[] RollbackAndStep(int count, int token)
        {
            session.Rollback(Math.Max(1, session.Length - count));
            return session.Step(token).ToArray();
        }
    }

    [Theory]
    [InlineData(DecoderPrecision.Float32, 1e-4)]
    [InlineData(DecoderPrecision.Int8, 0.02)]
    public void ScoreTree_AnyTree_ScoresEveryNodeAsItsPathWould(DecoderPrecision precision, double tolerance)
    {
        using var tiny = new TinyDecoder(precision: precision);
        using var session = tiny.Model.NewSession();
        using var single = tiny.Model.NewSession();
        var prompt = TinyDecoder.Tokens(7);
        int[] tokens = [4, 9, 9, 30, 4, 11, 2, 2], parents = [-1, -1, 0, 0, 1, 3, 5, 2];
        session.Prefill(prompt);
        var rows = session.ScoreTree(tokens, parents).ToArray();
        for (var node = 0; node < tokens.Length; node++)
        {
            var row = rows.AsSpan(node * tiny.Model.Vocabulary, tiny.Model.Vocabulary);
            AssertClose(single.Prefill([.. prompt, .. Path(tokens, parents, node)]), row, tolerance);
        }
    }

    [Fact]
    public void KeepPath_AfterATree_LeavesTheCacheAsIfOnlyThePathHadRun()
    {
        using var tiny = new TinyDecoder();
        using var session = tiny.Model.NewSession();
        using var single = tiny.Model.NewSession();
        var prompt = TinyDecoder.Tokens(250); // the cache grows during the tree
        int[] tokens = [4, 9, 9, 30, 4, 11, 2, 2], parents = [-1, -1, 0, 0, 1, 3, 5, 2];
        session.Prefill(prompt);
        session.ScoreTree(tokens, parents);
        session.KeepPath(prompt.Length, [0, 3, 5, 6]);
        Assert.Equal([.. prompt, 4, 30, 11, 2], session.Tokens.ToArray());
        AssertClose(single.Prefill([.. prompt, 4, 30, 11, 2, 17]), session.Step(17));
    }

    [Fact]
    public void Prefill_LongPrompt_IsCutAndAgreesWithSteps()
    {
        using var tiny = new TinyDecoder();
        using var session = tiny.Model.NewSession();
        using var stepped = tiny.Model.NewSession();
        var prompt = TinyDecoder.Tokens(600);
        stepped.Prefill(prompt[..1]);
        foreach (var token in prompt[1..])
        {
            stepped.Step(token);
        }

        AssertClose(stepped.Logits, session.Prefill(prompt), 1e-3);
    }

    [Fact]
    public void Step_Repeated_AllocatesUnder4KilobytesEach()
    {
        using var tiny = new TinyDecoder();
        using var session = tiny.Model.NewSession();
        session.Prefill([1, 2, 3]);
        session.Step(4);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            session.Step(i % 48);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100 * 4096);
    }

    [Fact]
    public void Run_TokenOutsideTheVocabulary_SaysSoAndKeepsTheSession()
    {
        using var tiny = new TinyDecoder();
        using var session = tiny.Model.NewSession();
        session.Prefill([1, 2]);
        Assert.Contains("0 … 47", Assert.Throws<ArgumentException>(() => session.Step(48)).Message);
        Assert.Contains("parent", Assert.Throws<ArgumentException>(() => session.ScoreTree([1, 2], [-1, 1])).Message);
        Assert.Contains("640", Assert.Throws<SequenceTooLongException>(() => session.Score(new int[639])).Message);
        Assert.Equal([1, 2], session.Tokens.ToArray());
        Assert.Equal(48, session.Step(3).Length);
    }

    /// <summary>The graph has positions for 640 tokens and does not say so: the third part of the prompt cannot run, the first two can.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void Run_PartOfALongPromptFails_KeepsTheSessionAsItWas(int before)
    {
        using var tiny = new TinyDecoder(family: DecoderFamily.HuggingFace);
        using var session = tiny.Model.NewSession();
        using var fresh = tiny.Model.NewSession();
        var prompt = TinyDecoder.Tokens(700);
        if (before > 0)
        {
            session.Prefill(prompt.AsSpan(0, before));
        }

        Assert.Throws<Microsoft.ML.OnnxRuntime.OnnxRuntimeException>(() => session.Prefill(prompt).Length);
        Assert.Equal(before, session.Length);
        AssertClose(fresh.Prefill(prompt.AsSpan(0, 20)), session.Prefill(prompt.AsSpan(0, 20)));
    }

    [Fact]
    public void ScoreTree_HuggingFaceFamily_RunsChainsAndRefusesTrees()
    {
        using var tiny = new TinyDecoder(family: DecoderFamily.HuggingFace);
        using var session = tiny.Model.NewSession();
        session.Prefill([1, 2]);
        session.ScoreTree([3, 4, 5], [-1, 0, 1]);
        session.KeepPath(2, [0, 1]);
        Assert.Equal([1, 2, 3, 4], session.Tokens.ToArray());
        Assert.Throws<NotSupportedException>(() => session.ScoreTree([3, 4], [-1, -1]));
        Assert.False(tiny.Model.SupportsTrees);
    }

    private static List<int> Path(int[] tokens, int[] parents, int node)
    {
        List<int> path = [];
        for (; node >= 0; node = parents[node])
        {
            path.Insert(0, tokens[node]);
        }

        return path;
    }

    private static void AssertClose(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, double tolerance = 1e-4)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], tolerance);
        }
    }
}
