using Microsoft.Extensions.Time.Testing;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;
using Understudy.Inference.Tasks;

namespace Understudy.Inference.Tests.Releases;

public sealed class ReleaseCatalogTests : IDisposable
{
    private const string Task = ModelsFolder.Task;
    private readonly ModelsFolder _models = new();
    private readonly FakeTimeProvider _time = new();
    private readonly ReleaseCatalog _catalog;

    public ReleaseCatalogTests()
    {
        _models.WriteRelease("1.0");
        _models.WriteRelease("1.1.0");
        _catalog = new(_models.Root, _time);
    }

    [Fact]
    public void Acquire_UnknownTask_NamesTheKnownOnes() =>
        Assert.Contains(Task, Assert.Throws<TaskNotFoundException>(() => _catalog.Acquire("nonsense")).Message);

    [Theory]
    [InlineData("9.9")]
    [InlineData("../triage/1.0")]
    [InlineData("channels")]
    public void Acquire_UnknownVersion_Throws(string version) =>
        Assert.Throws<ReleaseNotFoundException>(() => _catalog.Acquire(Task, version));

    [Fact]
    public void Acquire_NothingStable_SaysWhatToDo() =>
        Assert.Contains("Promote", Assert.Throws<ReleaseNotFoundException>(() => _catalog.Acquire(Task)).Message);

    [Fact]
    public void Acquire_Again_GivesTheSameLoadedRelease()
    {
        using var first = _catalog.Acquire(Task, "1.0");
        using var second = _catalog.Acquire(Task, "1.0");
        Assert.Same(first.Release, second.Release);
    }

    [Fact]
    public async Task PromoteAsync_Twice_MovesStableAndPrevious()
    {
        await _catalog.PromoteAsync(Task, "1.0");
        Assert.Null(_catalog.Channel(Task, "previous"));
        await _catalog.PromoteAsync(Task, "1.1.0");
        Assert.Equal(("1.1.0", "1.0"), (_catalog.Channel(Task, "stable"), _catalog.Channel(Task, "previous")));
        using var lease = _catalog.Acquire(Task);
        Assert.Equal("1.1.0", lease.Release.Manifest.Version);
    }

    [Fact]
    public async Task Channel_ReadWhileItMoves_IsNeverTakenForAnOlderOne()
    {
        await _catalog.PromoteAsync(Task, "1.0");
        using var other = new ReleaseCatalog(_models.Root, _time); // as of another process
        using var done = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 2).Select(_ => System.Threading.Tasks.Task.Run(() =>
        {
            while (!done.IsCancellationRequested)
            {
                Assert.NotNull(_catalog.Channel(Task, "stable"));
            }
        })).ToArray();

        for (var round = 0; round < 100; round++)
        {
            await (round % 3 == 0 ? other : _catalog).PromoteAsync(Task, round % 2 == 0 ? "1.1.0" : "1.0");
        }

        await done.CancelAsync();
        await System.Threading.Tasks.Task.WhenAll(readers);
    }

    [Fact]
    public async Task RollbackAsync_AfterAPromotion_Swaps()
    {
        await _catalog.PromoteAsync(Task, "1.0");
        await _catalog.PromoteAsync(Task, "1.1.0");
        await _catalog.RollbackAsync(Task);
        Assert.Equal(("1.0", "1.1.0"), (_catalog.Channel(Task, "stable"), _catalog.Channel(Task, "previous")));
        using var lease = _catalog.Acquire(Task);
        Assert.Equal("1.0", lease.Release.Manifest.Version);
    }

    [Fact]
    public async Task RollbackAsync_NothingBefore_Throws()
    {
        await _catalog.PromoteAsync(Task, "1.0");
        await Assert.ThrowsAsync<ReleaseNotFoundException>(() => _catalog.RollbackAsync(Task));
    }

    [Fact]
    public async Task PromoteAsync_BrokenRelease_ChangesNothing()
    {
        await _catalog.PromoteAsync(Task, "1.0");
        File.WriteAllText(Path.Combine(_models.Folder("1.1.0"), "lead.onnx"), "x");
        await Assert.ThrowsAsync<ReleaseInvalidException>(() => _catalog.PromoteAsync(Task, "1.1.0"));
        Assert.Equal("1.0", _catalog.Channel(Task, "stable"));
        using var lease = _catalog.Acquire(Task);
        Assert.Equal("1.0", lease.Release.Manifest.Version);
    }

    [Fact]
    public async Task PromoteAsync_Candidate_EmptiesTheCandidateChannel()
    {
        await _catalog.NominateAsync(Task, "1.1.0");
        Assert.Equal("1.1.0", _catalog.Channel(Task, "candidate"));
        await _catalog.PromoteAsync(Task, "1.1.0");
        Assert.Null(_catalog.Channel(Task, "candidate"));
    }

    [Fact]
    public async Task PromoteAsync_WhileALeaseIsOut_DisposesTheOldReleaseOnlyAfterIt()
    {
        await _catalog.PromoteAsync(Task, "1.0");
        var lease = _catalog.Acquire(Task);
        await _catalog.PromoteAsync(Task, "1.1.0");
        var logits = new float[2];
        lease.Release.Lead.Classifier.Score(["ham"], logits);
        Assert.Equal(5, logits[0]);
        Assert.False(lease.Release.IsDisposed);
        lease.Dispose();
        Assert.True(lease.Release.IsDisposed);
    }

    [Fact]
    public async Task Dispose_LeaseTwice_CountsOnce()
    {
        await _catalog.PromoteAsync(Task, "1.0");
        var twice = _catalog.Acquire(Task);
        using var other = _catalog.Acquire(Task);
        twice.Dispose();
        twice.Dispose();
        await _catalog.PromoteAsync(Task, "1.1.0");
        Assert.False(other.Release.IsDisposed);
    }

    [Fact]
    public async Task Acquire_ChannelMovedByAnotherProcess_IsFollowedWithinASecond()
    {
        await _catalog.PromoteAsync(Task, "1.0");
        using (var other = new ReleaseCatalog(_models.Root))
        {
            await other.PromoteAsync(Task, "1.1.0");
        }

        using var before = _catalog.Acquire(Task);
        _time.Advance(TimeSpan.FromSeconds(1.1));
        using var after = _catalog.Acquire(Task);
        Assert.Equal(("1.0", "1.1.0"), (before.Release.Manifest.Version, after.Release.Manifest.Version));
    }

    [Fact]
    public async Task Acquire_ChannelMovedToABrokenRelease_GoesOnServing()
    {
        await _catalog.PromoteAsync(Task, "1.0");
        new ChannelFiles(Task, Path.Combine(_models.Root, Task), _catalog.Keys, _time).Move("stable", _catalog.Pointer(Task, "stable"), "1.1.0", _models.Address("1.1.0"));
        File.WriteAllText(Path.Combine(_models.Folder("1.1.0"), "lead.onnx"), "x");
        _time.Advance(TimeSpan.FromSeconds(2));
        using var lease = _catalog.Acquire(Task);
        Assert.Equal("1.0", lease.Release.Manifest.Version);
    }

    [Fact]
    public async Task List_Releases_NewestFirstWithChannelsAndBrokenOnes()
    {
        await _catalog.PromoteAsync(Task, "1.0");
        Directory.CreateDirectory(_models.Folder("0.9"));
        _models.WriteSigned("0.9", "{}");
        var list = _catalog.List(Task);
        Assert.Equal(["1.1.0", "1.0", "0.9"], list.Select(r => r.Version));
        Assert.Equal(["stable"], list[1].Channels);
        Assert.Equal(["small", "medium", "lead"], list[1].Tiers);
        Assert.Contains("is missing", list[2].Problem);
    }

    [Fact]
    public void Tasks_Folder_ListsDefinitions() => Assert.Equal(Task, Assert.Single(_catalog.Tasks).Name);

    [Fact]
    public void ValidTasks_OneIsWrong_ListsTheOthersAndTellsOfIt()
    {
        Directory.CreateDirectory(Path.Combine(_models.Root, "broken"));
        File.WriteAllText(Path.Combine(_models.Root, "broken", "task.json"), "{");
        List<string> told = [];

        Assert.Equal(Task, Assert.Single(_catalog.ValidTasks((name, invalid) => told.Add($"{name}: {invalid.Problems.Count}"))).Name);
        Assert.Equal(["broken: 1"], told);
        Assert.Throws<TaskInvalidException>(() => _catalog.Tasks);
    }

    [Fact]
    public async Task Acquire_AfterDispose_Throws()
    {
        await _catalog.PromoteAsync(Task, "1.0");
        _catalog.Acquire(Task).Dispose();
        _catalog.Dispose();
        Assert.Throws<ObjectDisposedException>(() => _catalog.Acquire(Task));
    }

    [Fact]
    public async Task PromoteAsync_UnderLoad_DropsNoRequestAndLeavesNoReleaseBehind()
    {
        await _catalog.PromoteAsync(Task, "1.0");
        var inference = new JointInference(_catalog);
        var seen = new System.Collections.Concurrent.ConcurrentDictionary<Release, bool>();
        var started = Enumerable.Range(0, 8).Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).ToArray();
        using var done = new CancellationTokenSource();
        var callers = started.Select((first, c) => System.Threading.Tasks.Task.Run(async () =>
        {
            var answered = 0;
            while (!done.IsCancellationRequested)
            {
                await System.Threading.Tasks.Task.Yield(); // a lone call completes at once: let the other callers have the thread
                var answer = Assert.Single(await inference.InferAsync(Task, [new($"{c}", c % 2 == 0 ? "hmm" : "ham")]));
                Assert.Equal(c % 2 == 0 ? "spam" : "ham", answer.Label);
                Assert.False(answer.Receipt.Degraded);
                answered++;
                first.TrySetResult();
            }

            return answered;
        })).ToArray();
        await System.Threading.Tasks.Task.WhenAny(System.Threading.Tasks.Task.WhenAll(started.Select(s => s.Task)), System.Threading.Tasks.Task.WhenAny(callers));
        for (var i = 0; i < 20; i++)
        {
            using (var lease = _catalog.Acquire(Task))
            {
                seen[lease.Release] = true;
            }

            await _catalog.PromoteAsync(Task, i % 2 == 0 ? "1.1.0" : "1.0");
        }

        done.Cancel();
        Assert.All(await System.Threading.Tasks.Task.WhenAll(callers), n => Assert.True(n > 0));
        using var stable = _catalog.Acquire(Task);
        Assert.Equal(20, seen.Count);
        Assert.All(seen.Keys, release => Assert.True(release.IsDisposed));
        Assert.False(stable.Release.IsDisposed);
    }

    public void Dispose()
    {
        _catalog.Dispose();
        _models.Dispose();
    }
}
