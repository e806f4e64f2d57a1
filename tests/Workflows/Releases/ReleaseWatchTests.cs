using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Understudy.Inference.Releases;
using Understudy.Tests;
using Understudy.Workflows.Releases;

namespace Understudy.Workflows.Tests.Releases;

public sealed class ReleaseWatchTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly SharedStorage _storage = new();
    private readonly WatchedTime _time = new();

    public ValueTask InitializeAsync() => _storage.InitializeAsync();

    public ValueTask DisposeAsync() => _storage.DisposeAsync();

    [Fact]
    public async Task Watch_PromotedOnAnotherMachine_IsHereHalfAFollowTimeLater()
    {
        var (a, b) = (_storage.Machine("a"), _storage.Machine("b"));
        b.Acquire(TestModels.Task).Dispose();
        using var watch = Watch(b);
        await watch.StartAsync(TestContext.Current.CancellationToken);
        await _time.FirstTimer; // it starts on a thread of its own
        await a.PromoteAsync(TestModels.Task, TestModels.Second, TestContext.Current.CancellationToken);
        Assert.Equal(TestModels.First, b.Channel(TestModels.Task, "stable"));

        _time.Advance(TimeSpan.FromSeconds(15));

        await UntilAsync(() => b.Channel(TestModels.Task, "stable") == TestModels.Second);
        Assert.True(Directory.Exists(Path.Combine(b.ModelsFolder, TestModels.Task, TestModels.Second))); // nobody has asked for it yet
        await watch.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Watch_StorageAwayForAWhile_GoesOnWhenItIsBack()
    {
        await using var storage = new SharedStorage(owns: true);
        await storage.InitializeAsync();
        var (a, b) = (storage.Machine("a"), storage.Machine("b"));
        b.Acquire(TestModels.Task).Dispose();
        using var watch = Watch(b);
        await watch.StartAsync(TestContext.Current.CancellationToken);
        await _time.FirstTimer;
        await a.PromoteAsync(TestModels.Task, TestModels.Second, TestContext.Current.CancellationToken);
        await storage.GoAwayAsync();
        var calls = storage.Calls.Calls;
        _time.Advance(TimeSpan.FromSeconds(15));
        await UntilAsync(() => storage.Calls.Calls > calls);
        await storage.ComeBackAsync();

        await UntilAsync(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(15));
            return b.Channel(TestModels.Task, "stable") == TestModels.Second;
        });
        await watch.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Watch_BeforeAnythingWasAsked_DoesNotTouchTheStorage()
    {
        using var watch = Watch(_storage.Machine("a"));
        await watch.StartAsync(TestContext.Current.CancellationToken);
        await _time.FirstTimer;

        _time.Advance(TimeSpan.FromSeconds(60));
        await watch.StopAsync(CancellationToken.None);

        Assert.Equal(0, _storage.Calls.Calls);
    }

    private ReleaseWatch Watch(ReleaseCatalog catalog) => new(catalog, _time, Options.Create(new SharedReleaseOptions()), NullLogger<ReleaseWatch>.Instance);

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        while (!condition())
        {
            await Task.Delay(20, patience.Token);
        }
    }

    /// <summary>Tells when somebody first waits for it to pass.</summary>
    private sealed class WatchedTime : FakeTimeProvider
    {
        private readonly TaskCompletionSource _made = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task FirstTimer => _made.Task.WaitAsync(Patience);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            _made.TrySetResult();
            return timer;
        }
    }
}
