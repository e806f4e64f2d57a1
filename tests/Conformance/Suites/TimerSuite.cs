using Understudy.Conformance.Tests.Engine;
using Understudy.Workflows.Durable;

namespace Understudy.Conformance.Tests.Suites;

/// <summary>Timers and the workflow's clock.</summary>
public abstract class TimerSuite<TFixture> : EngineSuite<TFixture>
    where TFixture : IEngineFixture, new()
{
    [Fact]
    public async Task CreateTimer_BeforeItsTime_IsNotOver()
    {
        var id = await StartAsync(TenSeconds);

        await AdvanceAsync(9);

        Assert.Equal(WorkflowStatus.Running, (await Client.GetAsync(id))!.Status);
    }

    [Fact]
    public async Task CreateTimer_AtItsTime_IsOver()
    {
        var id = await StartAsync(TenSeconds);

        await AdvanceAsync(10);

        AssertOutput("rang", await FinishAsync(id));
    }

    [Fact]
    public async Task CreateTimer_TimePassesWhileDown_FiresAfterTheRestart()
    {
        var id = await StartAsync(TenSeconds);
        await AdvanceAsync(6);

        await Engine.RestartAsync();
        await AdvanceAsync(5);

        AssertOutput("rang", await FinishAsync(id));
    }

    [Fact]
    public async Task CreateTimer_InThePast_FiresAtOnce()
    {
        AssertOutput("rang", await RunAsync(async (context, _) =>
        {
            await context.CreateTimer(context.CurrentUtcDateTime.AddDays(-1));
            return "rang";
        }));
    }

    [Fact]
    public async Task CreateTimer_Cancelled_ThrowsAndNeverFires()
    {
        Scripts.DefineActivity("work", _ => "worked");
        var id = await StartAsync(async (context, _) =>
        {
            using var cancel = new CancellationTokenSource();
            var timer = context.CreateTimer(context.CurrentUtcDateTime.AddSeconds(10), cancel.Token);
            var done = await Call(context, "work");
            cancel.Cancel();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => timer);
            await context.CreateTimer(context.CurrentUtcDateTime.AddSeconds(20));
            return done;
        });

        await AdvanceAsync(11);
        Assert.Equal(WorkflowStatus.Running, (await Client.GetAsync(id))!.Status);
        await AdvanceAsync(11);

        AssertOutput("worked", await FinishAsync(id));
    }

    [Fact]
    public async Task CreateTimer_Several_FireInTheOrderOfTheirTimes()
    {
        var id = await StartAsync(async (context, _) =>
        {
            var order = new List<int>();
            await Task.WhenAll(new[] { 3, 1, 2 }.Select(async seconds =>
            {
                await context.CreateTimer(context.CurrentUtcDateTime.AddSeconds(seconds));
                order.Add(seconds);
            }));
            return string.Join(',', order);
        });

        await AdvanceAsync(5);

        AssertOutput("1,2,3", await FinishAsync(id));
    }

    [Fact]
    public async Task CurrentUtcDateTime_AcrossATimer_MovesOnByAtLeastTheTimer()
    {
        var id = await StartAsync(async (context, _) =>
        {
            var before = context.CurrentUtcDateTime;
            await context.CreateTimer(before.AddSeconds(10));
            return (context.CurrentUtcDateTime - before >= TimeSpan.FromSeconds(10)).ToString();
        });

        await AdvanceAsync(10);

        AssertOutput("True", await FinishAsync(id));
    }

    private static async Task<string> TenSeconds(WorkflowContext context, string _)
    {
        await context.CreateTimer(context.CurrentUtcDateTime.AddSeconds(10));
        return "rang";
    }
}
