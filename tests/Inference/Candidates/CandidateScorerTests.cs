using Understudy.Inference.Candidates;
using Understudy.Inference.Decoding;
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
    public void Score_CandidatesThatFitOnlyOneByOne_AreScoredInSeveralPasses()
    {
        using var tiny = new TinyDecoder();
        using var session = tiny.Model.NewSession();
        var prompt = TinyDecoder.Tokens(tiny.Model.MaxTokens - 6);
        int[][] labels = [[4, 5, 6], [7, 8, 9], [7, 8, 10], [11, 12, 13], [14, 15, 16], [17, 18, 19]];
        var scores = CandidateScorer.Score(session, prompt, labels);
        Assert.Equal(prompt, session.Tokens.ToArray());
        Assert.Equal([0..4, 4..6], CandidateScorer.Passes(tiny.Model, prompt.Length, labels)); // 6 nodes, and the second and third share theirs
        Assert.All(labels.Zip(scores), pair => Assert.Equal(CandidateScorer.Score(session, prompt, [pair.First])[0], pair.Second, 1e-3));
        Assert.Throws<SequenceTooLongException>(() => CandidateScorer.Score(session, prompt, [[4], [.. Enumerable.Range(4, 8)]]));
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
