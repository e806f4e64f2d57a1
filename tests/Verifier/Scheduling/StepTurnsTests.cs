using Microsoft.Extensions.Options;
using Understudy.Verifier.Scheduling;

namespace Understudy.Verifier.Tests.Scheduling;

public sealed class StepTurnsTests
{
    [Fact]
    public async Task Take_SeveralInLine_ServesThemInTurn()
    {
        using var turns = new StepTurns(Options.Create(new SchedulingOptions()));
        var order = new List<int>();
        var held = await turns.TakeAsync(TestContext.Current.CancellationToken);
        var runs = Enumerable.Range(0, 3).Select(RunAsync).ToArray();
        Assert.Equal(3, turns.Waiting);
        held.Dispose();
        await Task.WhenAll(runs);
        Assert.Equal([0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2], order);

        async Task RunAsync(int who)
        {
            for (var step = 0; step < 4; step++)
            {
                using (await turns.TakeAsync(TestContext.Current.CancellationToken))
                {
                    order.Add(who);
                    if (turns.Waiting < 2 && step < 3)
                    {
                        await Eventually.TrueAsync(() => turns.Waiting == 2, "the others were in line again");
                    }
                }
            }
        }
    }

    [Fact]
    public async Task Take_Cancelled_LeavesTheLine()
    {
        using var turns = new StepTurns(Options.Create(new SchedulingOptions()));
        using var cancel = new CancellationTokenSource();
        var held = await turns.TakeAsync(TestContext.Current.CancellationToken);
        var waiting = turns.TakeAsync(cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal((0, 1L), (turns.Waiting, turns.Taken));
        held.Dispose();
        (await turns.TakeAsync(TestContext.Current.CancellationToken)).Dispose();
    }
}
