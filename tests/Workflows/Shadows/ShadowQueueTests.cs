using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;
using Understudy.Tests;
using Understudy.Workflows.Shadows;

namespace Understudy.Workflows.Tests.Shadows;

public sealed class ShadowQueueTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly ShadowQueue _queue = new();
    private ReleaseCatalog _catalog = null!;
    private ReleaseLease _lease = null!;

    public async ValueTask InitializeAsync()
    {
        await TestModels.WriteAsync(_folder.At("models"));
        _catalog = new(_folder.At("models"));
        _lease = _catalog.Acquire(TestModels.Task);
    }

    public ValueTask DisposeAsync()
    {
        _lease.Dispose();
        _catalog.Dispose();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Answered_NobodyWatches_KeepsNothing()
    {
        await AnswerAsync(3);
        _queue.Watch(TestModels.Task, TestModels.Second);
        await AnswerAsync(3);
        _queue.Watch(TestModels.Task, TestModels.First);
        await AnswerAsync(1);

        Assert.Single((await FirstAsync()).Inputs);
        Assert.True(_queue.TakeAnswered());
        Assert.False(_queue.TakeAnswered());
    }

    [Fact]
    public async Task Answered_MoreThanMayWait_AreDroppedAndCounted()
    {
        _queue.Watch(TestModels.Task, TestModels.First);

        await AnswerAsync(200);
        await AnswerAsync(100);
        await AnswerAsync(50);

        Assert.Equal(94, _queue.TakeDropped(TestModels.Task));
        Assert.Equal(0, _queue.TakeDropped(TestModels.Task));
        Assert.Equal([200, 56], await _queue.ReadAllAsync(TestContext.Current.CancellationToken).Take(2).Select(request => request.Inputs.Count).ToListAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Answered_OneLongRequest_HasInputsOfAllItsPartsTaken()
    {
        _queue.Watch(TestModels.Task, TestModels.First);

        await AnswerAsync(512);

        Assert.Equal(256, _queue.TakeDropped(TestModels.Task));
        Assert.Equal(Enumerable.Range(0, 256).Select(i => $"you win {2 * i}"), (await FirstAsync()).Inputs.Select(input => input.Text));
    }

    [Fact]
    public async Task Answered_StudentOrLead_SaysWhatEachSaid()
    {
        _queue.Watch(TestModels.Task, TestModels.First);
        var inference = new JointInference(_catalog, observer: _queue);

        await inference.InferAsync(TestModels.Task, [new("1", "you win"), new("2", "a refund")], TestContext.Current.CancellationToken);

        var inputs = (await FirstAsync()).Inputs;
        Assert.Equal([("you win", "spam", null, "spam"), ("a refund", "spam", "spam", "ham")], inputs.Select(input => (input.Text, input.Returned, input.Ruling, input.Students)));
        Assert.All(inputs, input => Assert.NotNull(input.Milliseconds));
    }

    [Fact]
    public async Task Audited_AnAnswerOfAStudent_IsHeldAgainstTheLeadOnly()
    {
        _queue.Watch(TestModels.Task, TestModels.First);
        var item = new PipelineItem { Id = "1", Input = "you win", Votes = [new("student", 1, 0.99, 0.9, [0.01f, 0.99f], 0.02)] };

        _queue.Audited(_lease.Release, item, new("lead", 0, 0.8, 0, [0.8f, 0.2f], 1));

        Assert.Equal(new ShadowInput("you win", null, "ham", "spam", 0.02, IsDrawn: true), Assert.Single((await FirstAsync()).Inputs));
    }

    [Fact]
    public async Task Answered_ATaskThatIsAudited_PassedOnInputsAreDrawnAtItsChance()
    {
        await TestModels.WriteAsync(_folder.At("audited"), task => task with { Audit = new() { Share = 0.25 } });
        using var catalog = new ReleaseCatalog(_folder.At("audited"));
        _queue.Watch(TestModels.Task, TestModels.First);

        await new JointInference(catalog, observer: _queue).InferAsync(
            TestModels.Task, [.. Enumerable.Range(0, 256).Select(i => new InferenceInput($"{i}", i % 8 == 0 ? $"you win {i}" : $"a refund {i}"))], TestContext.Current.CancellationToken);

        var inputs = (await FirstAsync()).Inputs;
        Assert.InRange(inputs.Count(input => input.IsDrawn), 28, 84); // of 224 passed on 56 on average, 4.3 standard deviations to each side
        Assert.All(inputs.Where(input => input.IsDrawn), input => Assert.NotNull(input.Ruling));
    }

    [Fact]
    public async Task Answered_ATaskThatIsNotAudited_NoneIsDrawn()
    {
        _queue.Watch(TestModels.Task, TestModels.First);

        await new JointInference(_catalog, observer: _queue).InferAsync(
            TestModels.Task, [.. Enumerable.Range(0, 50).Select(i => new InferenceInput($"{i}", $"a refund {i}"))], TestContext.Current.CancellationToken);

        Assert.DoesNotContain((await FirstAsync()).Inputs, input => input.IsDrawn);
    }

    private async Task AnswerAsync(int count) => await new JointInference(_catalog, observer: _queue).InferAsync(
        TestModels.Task, [.. Enumerable.Range(0, count).Select(i => new InferenceInput($"{i}", $"you win {i}"))], TestContext.Current.CancellationToken);

    private async Task<ShadowRequest> FirstAsync() => await _queue.ReadAllAsync(TestContext.Current.CancellationToken).FirstAsync(TestContext.Current.CancellationToken);
}
