using Understudy.Inference.Candidates;
using Understudy.Inference.Tests.Decoding;
using Understudy.Training.Onnx;

namespace Understudy.Inference.Tests.Candidates;

public sealed class CandidateScorerTests
{
    private static readonly int[][] Labels = [[4, 5, 6], [4, 5], [4, 7, 1, 9], [20], [4, 5, 6]];

    [Theory]
    [InlineData(DecoderFamily.Understudy, 12)]
    [InlineData(DecoderFamily.Understudy, 210)]
    [InlineData(DecoderFamily.HuggingFace, 12)]
    public void Score_AnyLabels_IsTheSumOfTheReferencesLogProbabilities(DecoderFamily family, int promptLength)
    {
        using var tiny = new TinyDecoder(family: family);
        using var session = tiny.Model.NewSession();
        var prompt = TinyDecoder.Tokens(promptLength);
        var expected = Labels.Select(label => Enumerable.Range(0, label.Length).Sum(i =>
        {
            var logits = ReferenceDecoder.Logits(tiny.Weights, [.. prompt, .. label[..i]]);
            return logits[label[i]] - Math.Log(logits.Sum(Math.Exp));
        })).ToArray();
        foreach (var scores in (double[][])[CandidateScorer.Score(session, prompt, Labels), CandidateScorer.Score(session, prompt, Labels)])
        {
            Assert.All(expected.Zip(scores), pair => Assert.Equal(pair.First, pair.Second, 1e-3));
        }

        Assert.Equal(prompt, session.Tokens.ToArray());
        Assert.Equal(expected[2] / 4, CandidateScorer.Score(session, prompt, Labels, byLength: true)[2], 1e-3);
    }

    [Fact]
    public void Score_EmptyCandidateOrPrompt_SaysSo()
    {
        using var tiny = new TinyDecoder();
        using var session = tiny.Model.NewSession();
        Assert.Contains("candidate", Assert.Throws<ArgumentException>(() => CandidateScorer.Score(session, [1], [[2], []])).Message);
        Assert.Contains("prompt", Assert.Throws<ArgumentException>(() => CandidateScorer.Score(session, [], [[2]])).Message);
    }
}
