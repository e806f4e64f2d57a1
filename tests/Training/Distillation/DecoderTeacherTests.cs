using TorchSharp;
using Understudy.Training.Decoders;
using Understudy.Training.Distillation;

namespace Understudy.Training.Tests.Distillation;

public sealed class DecoderTeacherTests
{
    private const int End = 1;

    // A prompt is a token from 4 up; the answer that is taught says it again, or another one, and ends.
    private static IReadOnlyList<TokenRow> Rows(Func<int, int> answer) => [.. Enumerable.Range(4, 8).Select(token => new TokenRow([2, token, 3, answer(token), End], 3))];

    [Fact]
    public void Train_Rows_AreWrittenGreedily()
    {
        using var model = Taught(1, new() { Steps = 200, Rows = 8, Rate = 1e-2 }, Rows(token => token), null);
        var written = new TextSampler((ids, places) => TextSampler.Probabilities(model, ids, places), End).Complete([[2, 5, 3], [2, 9, 3]], 6, draw: false, TestContext.Current.CancellationToken);
        Assert.Equal([5, End], written[0]);
        Assert.Equal([9, End], written[1]);
    }

    [Theory]
    [InlineData(nameof(DecoderLesson.ForwardKl))]
    [InlineData(nameof(DecoderLesson.ReverseKl))]
    public void Train_LeadThatContradictsTheRows_IsFollowed(string name)
    {
        var lesson = Enum.Parse<DecoderLesson>(name);
        var (ours, leads) = (Rows(token => token), Rows(token => token == 11 ? 4 : token + 1));
        using var lead = Taught(1, new() { Steps = 200, Rows = 8, Rate = 1e-2 }, leads, null);
        using var student = Taught(2, new() { Steps = 20, Rows = 8, Rate = 5e-3 }, ours, null);
        new DecoderTeacher(student, new() { Lesson = lesson, Steps = 150, Rows = 8, Rate = 1e-2, RowWeight = 0, AnswerTokens = 4 }, End, lead).Train(ours, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(DecoderTrainer.Measure(student, leads).Rows > 0.8);
    }

    [Fact]
    public void Returns_EachToken_IsTheMeanOfThoseAfterIt() =>
        Assert.Equal([2.5f, 3f, 0f, 8f, 0f], DecoderTeacher.Returns([1, 2, 3, 7, 8], [3, 2]));

    private static TextDecoder Taught(int seed, DecoderTeaching teaching, IReadOnlyList<TokenRow> rows, TextDecoder? lead)
    {
        torch.random.manual_seed(seed);
        var model = new TextDecoder(new(12, 32, 1, 2, 1, 16, 32, 16), tied: false);
        new DecoderTeacher(model, teaching, End, lead).Train(rows);
        return model;
    }
}
