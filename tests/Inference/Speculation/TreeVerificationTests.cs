using Understudy.Inference.Decoding;
using Understudy.Inference.Speculation;
using Understudy.Inference.Tests.Decoding;
using Understudy.Training.Onnx;

namespace Understudy.Inference.Tests.Speculation;

public sealed class TreeVerificationTests
{
    /// <summary>With inputs of eight bits a difference in the last bit grows: what is kept of a branch behind others decides later tokens.</summary>
    [Theory]
    [InlineData(DecoderPrecision.Float32)]
    [InlineData(DecoderPrecision.Int8)]
    [InlineData(DecoderPrecision.Int4)]
    public void Verify_AnyPrecision_WritesWhatPlainGreedyWrites(DecoderPrecision precision)
    {
        using var target = new TinyDecoder(precision: precision, spread: 2, shape: TinyDecoder.Small with { Vocabulary = 2000, Width = 64, Layers = 3 });
        using var plain = target.Model.NewSession();
        using var session = target.Model.NewSession();
        for (var i = 0; i < 20; i++)
        {
            var prompt = TinyDecoder.Tokens(3 + i, seed: i);
            var expected = GenerationTests.Run(plain, prompt, 100, new(), null, out _);
            session.Rollback(0);
            using var verification = new TreeVerification(session, prompt, new() { MaxTokens = 100 });
            verification.Begin();
            for (var turn = 0; !verification.Ended; turn++)
            {
                // Right tokens, a wrong one, and sometimes a wrong branch before them.
                int[] wrong = turn % 3 == 0 ? [0, 1, 2] : [];
                int[] right = [.. expected.Skip(verification.Output.Length).Take(turn % 6), 7];
                verification.Verify([.. wrong, .. right], [.. wrong.Select(_ => -1), .. right.Select((_, at) => at == 0 ? -1 : wrong.Length + at - 1)]);
            }

            Assert.Equal(expected, verification.Output.ToArray());
        }
    }

    [Fact]
    public void Verify_TreesOfARemoteDraft_WritesWhatPlainGreedyWrites()
    {
        using var target = new TinyDecoder(spread: 6);
        using var session = target.Model.NewSession();
        var prompt = TinyDecoder.Tokens(9);
        var expected = GenerationTests.Run(session, prompt, 30, new(), null, out _);
        session.Rollback(0);
        using var verification = new TreeVerification(session, prompt, new() { MaxTokens = 30 });
        Assert.Equal(expected[0], verification.Begin());
        var turn = 0;
        while (!verification.Ended)
        {
            // Right tokens with a wrong branch beside them; sometimes nothing at all.
            var at = verification.Output.Length;
            var right = expected.Skip(at).Take(turn++ % 4).ToArray();
            int[] tokens = [(expected[Math.Min(at, 29)] + 1) % 48, .. right];
            int[] parents = [-1, .. right.Select((_, i) => i == 0 ? -1 : i)];
            var path = turn % 5 == 0 ? verification.Verify([], []) : verification.Verify(tokens, parents);
            Assert.Equal(turn % 5 == 0 ? 0 : Math.Min(right.Length, 29 - at), path.Nodes.Count);
        }

        Assert.Equal(expected, verification.Output.ToArray());
        Assert.Throws<InvalidOperationException>(() => verification.Verify([], []));
    }

    [Fact]
    public void Begin_BehindAnOutputOfSpeculation_ComputesWhatItWouldBehindAPlainOne()
    {
        using var target = new TinyDecoder(family: DecoderFamily.HuggingFace, spread: 6);
        using var session = target.Model.NewSession();
        using var plain = target.Model.NewSession();
        var prompt = TinyDecoder.Tokens(9);
        var output = GenerationTests.Run(plain, prompt, 30, new(), null, out _);
        using var earlier = new TreeVerification(session, prompt, new() { MaxTokens = 30 });
        earlier.Begin();
        Assert.True(earlier.Verify(output[1..], [.. Enumerable.Range(-1, 29)]).Nodes.Count > 20);

        int[] next = [.. prompt, .. output, 7];
        using var verification = new TreeVerification(session, next, new());
        using var expected = new Generation(plain, next, new());
        verification.Begin();
        expected.Advance();
        Assert.Equal(plain.Logits.ToArray(), session.Logits.ToArray());
    }

    [Fact]
    public void Verify_EqualSiblings_GivesNodesThatFollowEachOther()
    {
        using var target = new TinyDecoder(spread: 6);
        using var session = target.Model.NewSession();
        var prompt = TinyDecoder.Tokens(9);
        var output = GenerationTests.Run(session, prompt, 4, new(), null, out _);
        using var verification = new TreeVerification(session, prompt, new() { MaxTokens = 30 });
        verification.Begin();
        Assert.Equal([1, 2, 3], verification.Verify([output[1], output[1], output[2], output[3]], [-1, -1, 1, 2]).Nodes);
    }

    [Theory]
    [InlineData(new[] { 1, 2 }, new[] { 1, -1 }, "Node 0 has the parent 1")]
    [InlineData(new[] { 1, 2 }, new[] { -1, 1 }, "Node 1 has the parent 1")]
    [InlineData(new[] { 1, 48 }, new[] { -1, 0 }, "0 … 47")]
    [InlineData(new[] { 1 }, new int[0], "each token needs one")]
    public void Verify_InvalidTree_SaysWhyAndGoesOn(int[] tokens, int[] parents, string reason)
    {
        using var target = new TinyDecoder();
        using var session = target.Model.NewSession();
        using var verification = new TreeVerification(session, [1, 2, 3], new() { MaxTokens = 10 });
        verification.Begin();
        Assert.Contains(reason, Assert.Throws<TokenTreeInvalidException>(() => verification.Verify(tokens, parents)).Message);
        Assert.Throws<TokenTreeInvalidException>(() => verification.Verify(new int[300], [.. Enumerable.Repeat(-1, 300)]));
        Assert.NotNull(verification.Verify([4], [-1]));
    }
}
