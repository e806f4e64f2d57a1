using Understudy.Conformance.Tests.Engine;
using Understudy.Workflows.Durable;

namespace Understudy.Conformance.Tests.Suites;

/// <summary>A crash before and after every commit, so at every index of the history.</summary>
public abstract class CrashSuite<TFixture> : EngineSuite<TFixture>
    where TFixture : IEngineFixture, new()
{
    private const string Expected = "a0b0 a1b1 a2b2|child:k1|go|third|second run";

    private const int MostCrashes = 100, MostLooks = 10_000;

    [Fact]
    public async Task Crash_AtEveryMoment_LosesAndRepeatsNothing()
    {
        var moment = 0;
        for (; await CrashesAsync(moment); moment++)
        {
        }

        Assert.True(moment > 20, $"The engine could be crashed at {moment} moments only.");
    }

    /// <returns>False when the workflow was over before that moment came.</returns>
    private static async Task<bool> CrashesAsync(int moment)
    {
        await using var engine = new TFixture();
        var scripts = new ScriptBook();
        Define(scripts);
        await engine.StartAsync(scripts);
        Assert.SkipUnless(engine.ArmCrash(moment), "This engine cannot be crashed at will.");
        for (var crashes = 0; crashes < MostCrashes; crashes++)
        {
            try
            {
                var state = await DriveAsync(engine);
                AssertOutput(Expected, state);
                Assert.Equal(2, (await engine.Client.ListAsync(new())).Count);
                return crashes > 0;
            }
            catch (Exception) when (engine.HasCrashed)
            {
                await engine.RestartAsync();
            }
        }

        throw new InvalidOperationException($"The engine has crashed {MostCrashes} times, though it was to crash once.");
    }

    private static async Task<WorkflowState> DriveAsync(TFixture engine)
    {
        await engine.Client.StartAsync(ScriptBook.Workflow, new("everything"), "one");
        var raised = false;
        for (var look = 0; look < MostLooks; look++)
        {
            await engine.AdvanceAsync(TimeSpan.FromSeconds(5));
            var state = (await engine.Client.GetAsync("one"))!;
            if (state.IsFinished)
            {
                return state;
            }

            if (!raised)
            {
                await engine.Client.RaiseEventAsync("one", "go", "go");
                raised = true;
            }
        }

        throw new InvalidOperationException($"The workflow had not ended after {MostLooks} looks, five seconds of its time apart.");
    }

    private static void Define(ScriptBook scripts)
    {
        scripts.DefineActivity("a", text => "a" + text);
        scripts.DefineActivity("b", text => text + "b" + text[1..]);
        scripts.DefineActivity("flaky", _ => scripts.Runs["flaky"] < 3 ? throw new IOException("busy") : "third");
        scripts.DefineWorkflow("child", async (context, input) => "child:" + input + await Call(context, "digit"));
        scripts.DefineActivity("digit", _ => "1");
        scripts.DefineWorkflow("everything", async (context, _) =>
        {
            var pairs = await Task.WhenAll(Enumerable.Range(0, 3).Select(async i => await Call(context, "b", await Call(context, "a", i.ToString()))));
            var child = await CallWorkflow(context, "child", "k", id: "the-child");
            var go = await context.WaitForEventAsync<string>("go");
            await context.CreateTimer(context.CurrentUtcDateTime.AddSeconds(3));
            var third = await Call(context, "flaky", retry: new(5, TimeSpan.FromSeconds(1)));
            context.ContinueAsNew(new Script("ending", $"{string.Join(' ', pairs)}|{child}|{go}|{third}"));
            return "";
        });
        scripts.DefineWorkflow("ending", async (context, input) =>
        {
            await context.CreateTimer(context.CurrentUtcDateTime.AddSeconds(3));
            return input + "|second run";
        });
    }
}
