using Understudy.Conformance.Tests.Engine;
using Understudy.Workflows.Durable;

namespace Understudy.Conformance.Tests.Suites;

/// <summary>Events: kept, ordered, timed out.</summary>
public abstract class EventSuite<TFixture> : EngineSuite<TFixture>
    where TFixture : IEngineFixture, new()
{
    [Fact]
    public async Task WaitForEvent_RaisedLater_GetsItsPayload()
    {
        var id = await StartAsync((context, _) => context.WaitForEventAsync<string>("go"));
        await SettleAsync();

        await Client.RaiseEventAsync(id, "go", "now");

        AssertOutput("now", await FinishAsync(id));
    }

    [Fact]
    public async Task WaitForEvent_RaisedBeforeItIsAwaited_IsKeptInOrder()
    {
        var id = await StartAsync(async (context, _) =>
        {
            await context.WaitForEventAsync<string>("start");
            return await context.WaitForEventAsync<string>("item") + await context.WaitForEventAsync<string>("item");
        });
        await Client.RaiseEventAsync(id, "item", "1");
        await Client.RaiseEventAsync(id, "item", "2");
        await Engine.RestartAsync();

        await Client.RaiseEventAsync(id, "start", "");

        AssertOutput("12", await FinishAsync(id));
    }

    [Fact]
    public async Task WaitForEvent_TwoWaitsForOneName_AreServedInTheirOrder()
    {
        var id = await StartAsync(async (context, _) =>
            string.Concat(await Task.WhenAll(context.WaitForEventAsync<string>("item"), context.WaitForEventAsync<string>("item"))));
        await SettleAsync();

        await Client.RaiseEventAsync(id, "item", "1");
        await Client.RaiseEventAsync(id, "item", "2");

        AssertOutput("12", await FinishAsync(id));
    }

    [Fact]
    public async Task WaitForEvent_OtherName_IsNotServed()
    {
        var id = await StartAsync((context, _) => context.WaitForEventAsync<string>("go"));

        await Client.RaiseEventAsync(id, "stop", "now");
        await SettleAsync();

        Assert.Equal(WorkflowStatus.Running, (await Client.GetAsync(id))!.Status);
    }

    [Fact]
    public async Task WaitForEvent_TimesOut_Throws()
    {
        var id = await StartAsync(async (context, _) =>
        {
            await Assert.ThrowsAsync<TimeoutException>(() => context.WaitForEventAsync<string>("go", TimeSpan.FromSeconds(10)));
            return "late " + await context.WaitForEventAsync<string>("go");
        });

        await AdvanceAsync(10);
        await Client.RaiseEventAsync(id, "go", "now");

        AssertOutput("late now", await FinishAsync(id));
    }

    [Fact]
    public async Task WaitForEvent_RaisedBetweenTwoTimedWaits_GoesToTheSecond()
    {
        var id = await StartAsync(async (context, _) =>
        {
            await Assert.ThrowsAsync<TimeoutException>(() => context.WaitForEventAsync<string>("go", TimeSpan.FromSeconds(10)));
            await context.WaitForEventAsync<string>("on");
            return await context.WaitForEventAsync<string>("go", TimeSpan.FromSeconds(10));
        });
        await AdvanceAsync(10);
        await Client.RaiseEventAsync(id, "go", "now");

        await Client.RaiseEventAsync(id, "on", "");
        await AdvanceAsync(10);

        AssertOutput("now", await FinishAsync(id));
    }

    [Fact]
    public async Task WaitForEvent_TheTimedWaitBeforeWasForAnotherType_GetsItsPayload()
    {
        var id = await StartAsync(async (context, _) =>
        {
            await Assert.ThrowsAsync<TimeoutException>(() => context.WaitForEventAsync<int>("go", TimeSpan.FromSeconds(10)));
            return await context.WaitForEventAsync<string>("go");
        });
        await AdvanceAsync(10);

        await Client.RaiseEventAsync(id, "go", "now");

        AssertOutput("now", await FinishAsync(id));
    }

    [Fact]
    public async Task WaitForEvent_InTime_DoesNotTimeOutLater()
    {
        var id = await StartAsync(async (context, _) =>
        {
            var first = await context.WaitForEventAsync<string>("go", TimeSpan.FromSeconds(10));
            return first + await context.WaitForEventAsync<string>("go", TimeSpan.FromSeconds(30));
        });
        await SettleAsync();
        await Client.RaiseEventAsync(id, "go", "1");

        await AdvanceAsync(15);
        await Client.RaiseEventAsync(id, "go", "2");

        AssertOutput("12", await FinishAsync(id));
    }

    [Fact]
    public async Task WaitForEvent_OfTheWrongShape_FailsTheWait()
    {
        var id = await StartAsync(async (context, _) => (await context.WaitForEventAsync<int>("go")).ToString());

        await Client.RaiseEventAsync(id, "go", "not a number");

        Assert.Equal(WorkflowStatus.Failed, (await FinishAsync(id)).Status);
    }

    [Fact]
    public async Task RaiseEvent_NoSuchInstance_Throws()
    {
        await Assert.ThrowsAsync<WorkflowNotFoundException>(() => Client.RaiseEventAsync("nobody", "go", 1));
    }
}
