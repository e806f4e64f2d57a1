using Understudy.Inference.Batching;

namespace Understudy.Inference.Tests.Batching;

public sealed class ScoreBatcherTests
{
    [Fact]
    public void ScoreAsync_Idle_RunsAtOnceOnTheCallersThread()
    {
        using var model = new GatedClassifier();
        var logits = new float[2];
        var done = New(model).ScoreAsync(["four"], logits, CancellationToken.None);
        Assert.True(done.IsCompletedSuccessfully);
        Assert.Equal(4, logits[0]);
    }

    [Fact]
    public async Task ScoreAsync_WhileARunIsUnderWay_GathersTheRestIntoOneRun()
    {
        using var model = new GatedClassifier { Gated = true };
        var batcher = New(model);
        var (first, _) = await StartFirst(batcher, model);
        var others = Enumerable.Range(1, 5).Select(i => Submit(batcher, new string('x', i))).ToList();
        model.LetGo(2);
        await first;
        for (var i = 0; i < others.Count; i++)
        {
            Assert.Equal(i + 1, (await others[i])[0]);
        }

        Assert.Equal(2, model.Runs.Count);
        Assert.Equal(["x", "xx", "xxx", "xxxx", "xxxxx"], model.Runs[1]);
    }

    [Fact]
    public async Task ScoreAsync_MoreThanFitARun_TakesSeveral()
    {
        using var model = new GatedClassifier { Gated = true };
        var batcher = New(model, maxTexts: 2);
        var (first, _) = await StartFirst(batcher, model);
        var others = Enumerable.Range(1, 5).Select(i => Submit(batcher, new string('x', i))).ToList();
        model.LetGo(10);
        await first;
        await Task.WhenAll(others);
        Assert.Equal([1, 2, 2, 1], model.Runs.Select(r => r.Length));
    }

    [Fact]
    public async Task ScoreAsync_OneBadText_FailsItsOwnerAlone()
    {
        using var model = new GatedClassifier { Gated = true };
        var batcher = New(model);
        var (first, _) = await StartFirst(batcher, model);
        var good = Submit(batcher, "good");
        var bad = Submit(batcher, "bad");
        var fine = Submit(batcher, "fines");
        model.LetGo(10);
        await first;
        Assert.Equal(4, (await good)[0]);
        Assert.Equal(5, (await fine)[0]);
        await Assert.ThrowsAsync<FormatException>(() => bad);
    }

    [Fact]
    public async Task ScoreAsync_FirstRunFails_TheOthersAreStillServed()
    {
        using var model = new GatedClassifier { Gated = true };
        var batcher = New(model);
        var (first, _) = await StartFirst(batcher, model, "bad");
        var other = Submit(batcher, "four");
        model.LetGo(2);
        await Assert.ThrowsAsync<FormatException>(() => first);
        Assert.Equal(4, (await other)[0]);
    }

    [Fact]
    public async Task ScoreAsync_CancelledWhileWaiting_IsCancelledAtOnceAndNotRun()
    {
        using var model = new GatedClassifier { Gated = true };
        var batcher = New(model);
        var (first, _) = await StartFirst(batcher, model);
        using var source = new CancellationTokenSource();
        var cancelled = Submit(batcher, "never", source.Token);
        var other = Submit(batcher, "four");
        source.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        model.LetGo(2);
        await first;
        await other;
        Assert.Equal(["four"], model.Runs[1]);
    }

    [Fact]
    public async Task ScoreAsync_MoreWaitingThanAllowed_IsRefused()
    {
        using var model = new GatedClassifier { Gated = true };
        var batcher = new ScoreBatcher(model, new() { MaxWaiting = 2 }, TimeProvider.System);
        var (first, _) = await StartFirst(batcher, model);
        var waiting = new[] { Submit(batcher, "a"), Submit(batcher, "b") };
        var error = await Assert.ThrowsAsync<OverloadedException>(() => Submit(batcher, "c"));
        Assert.Contains("2", error.Message);
        model.LetGo(2);
        await first;
        await Task.WhenAll(waiting);
    }

    [Fact]
    public async Task ScoreAsync_ManyAtOnce_EachGetsItsOwn()
    {
        using var model = new GatedClassifier();
        var batcher = New(model, maxTexts: 8);
        await Parallel.ForAsync(0, 5000, async (i, _) =>
        {
            var logits = await Submit(batcher, new string('x', i % 100));
            Assert.Equal(i % 100, logits[0]);
        });
        Assert.True(model.Runs.Sum(r => r.Length) == 5000);
        Assert.True(model.Runs.All(r => r.Length <= 8));
    }

    private static ScoreBatcher New(GatedClassifier model, int maxTexts = 32) => new(model, new() { MaxTexts = maxTexts }, TimeProvider.System);

    private static async Task<(Task<float[]> First, GatedClassifier Model)> StartFirst(ScoreBatcher batcher, GatedClassifier model, string text = "first")
    {
        // The first call runs on its caller's thread, so that must not be the test's.
        var first = Task.Run(() => Submit(batcher, text));
        await model.EnteredAsync();
        return (first, model);
    }

    private static async Task<float[]> Submit(ScoreBatcher batcher, string text, CancellationToken cancellationToken = default)
    {
        var logits = new float[2];
        await batcher.ScoreAsync([text], logits, cancellationToken);
        return logits;
    }
}
