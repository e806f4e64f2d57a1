using System.CommandLine;
using Understudy.Cli.Shell;

namespace Understudy.Cli.Tests;

public sealed class CommandLineTests
{
    [Fact]
    public async Task Run_NoArguments_ShowsHelp()
    {
        var run = await CliRun.Of();
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("evaluate", run.Output);
        Assert.Contains("--json", run.Output);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("task")]
    [InlineData("evaluate")]
    [InlineData("evaluate --task mood --colour blue")]
    [InlineData("calibrate --task mood --epsilon 1.5")]
    [InlineData("calibrate --task mood --delta 0")]
    [InlineData("calibrate --task mood --resplits 0")]
    [InlineData("task new mood --data . --input smell")]
    [InlineData("train --task mood --step dance")]
    [InlineData("train")]
    [InlineData("edge")]
    [InlineData("edge run")]
    [InlineData("edge rollout")]
    [InlineData("edge rollout --task mood --url nowhere")]
    [InlineData("edge rollout --task mood --url http://127.0.0.1:1/behind/a/path")]
    public async Task Run_BadUsage_SaysSoAndReturns2(string line)
    {
        var run = await CliRun.Of(line.Split(' '));
        Assert.Equal(2, run.ExitCode);
        Assert.NotEmpty(run.Error);
        Assert.Empty(run.Output);
    }

    [Theory]
    [InlineData("task new mood --data . --epsilon", "a number between 0 and 1, such as 0.01")]
    [InlineData("task new mood --data . --delta", "a number between 0 and 1, such as 0.01")]
    [InlineData("calibrate --task mood --epsilon", "a number between 0 and 1, such as 0.01")]
    [InlineData("calibrate --task mood --resplits", "a whole number from 1 up")]
    [InlineData("optimize --task mood --epsilon", "a number between 0 and 1, such as 0.01")]
    [InlineData("optimize --task mood --check", "a whole number from 1 up")]
    [InlineData("prompt compress --ratio", "a number above 1 and at most 100, such as 4 for a quarter of the tokens")]
    [InlineData("study soft-targets --seeds", "a whole number from 1 to 100")]
    [InlineData("study soft-targets --epochs", "a whole number from 1 up")]
    [InlineData("study soft-targets --limit", "a whole number from 1 up")]
    [InlineData("demo --mails", "a whole number from 60 up")]
    [InlineData("bench frugal --train x --data x --published x --core-hour", "a number above 0, such as 0.05")]
    [InlineData("bench cascade --data x --epsilon", "a number between 0 and 1, such as 0.01")]
    [InlineData("bench scale --requests", "0, or a whole number from 50 up")]
    [InlineData("bench scale --rounds", "a whole number from 1 up")]
    [InlineData("bench scale --memory", "a number above 0")]
    [InlineData("bench scale --busy", "a number between 0 and 1, such as 0.01")]
    [InlineData("bench scale --gb-second", "a number from 0 up")]
    [InlineData("edge rollout --task mood --soak", "a number of minutes from 0 up")]
    [InlineData("release prune --task mood --keep", "a whole number from 1 up")]
    [InlineData("generate --model lead --prompt x --max-tokens", "a whole number")]
    [InlineData("generate --model lead --prompt x --temperature", "a number")]
    [InlineData("generate --model lead --prompt x --seed", "a whole number")]
    public async Task Run_NoNumber_SaysWhichIsWanted(string line, string wanted)
    {
        foreach (var value in (string[])["abc", "", "0.5.5", "NaN", "1e999"])
        {
            var run = await CliRun.Of([.. line.Split(' '), value]);
            Assert.Equal(2, run.ExitCode);
            Assert.StartsWith($"{line.Split(' ')[^1]}: '{value}' is not {wanted}.{Environment.NewLine}See 'understudy ", run.Error);
        }
    }

    [Theory]
    [InlineData("release prune --task mood --url http://127.0.0.1:1 --keep", "0")]
    [InlineData("calibrate --task mood --resplits", "1.5")]
    [InlineData("study soft-targets --seeds", "101")]
    [InlineData("demo --mails", "59")]
    [InlineData("bench scale --requests", "49")]
    [InlineData("bench scale --busy", "1")]
    public async Task Run_NumberThatIsNotWanted_SaysWhichIs(string line, string value)
    {
        var run = await CliRun.Of([.. line.Split(' '), value]);
        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith($"{line.Split(' ')[^1]}: '{value}' is not ", run.Error);
    }

    [Fact]
    public async Task Run_NumberTwiceOrWithoutAValue_IsBadUsage()
    {
        Assert.Equal(2, (await CliRun.Of("calibrate", "--task", "mood", "--epsilon")).ExitCode);
        Assert.Equal(2, (await CliRun.Of("calibrate", "--task", "mood", "--epsilon", "0.1", "--epsilon", "0.2")).ExitCode);
    }

    [Theory]
    [InlineData("evaluate --json")]
    [InlineData("task show nothing --json --models nowhere")]
    [InlineData("edge rollout --task mood --url http://127.0.0.1:1 --json")]
    public async Task Run_FailsWithJson_PrintsOneObjectWithTheError(string line)
    {
        var run = await CliRun.Of(line.Split(' '));
        Assert.NotEqual(0, run.ExitCode);
        Assert.NotEmpty(run.Json.GetProperty("error").GetString()!);
    }

    [Theory]
    [InlineData(true, "Cancelled.")]
    [InlineData(false, "did not come in time: it is late")]
    public async Task Run_WorkIsCancelled_SaysWhetherItsUserDid(bool isUsers, string said)
    {
        using var error = new StringWriter();
        using var cancelled = new CancellationTokenSource();
        var late = new LateCommand(new(new(() => TextReader.Null, TextWriter.Null, error, InputIsTerminal: false, ErrorIsTerminal: false)), isUsers ? cancelled.Cancel : () => { });

        Assert.Equal(1, await late.Parse([]).InvokeAsync(cancellationToken: cancelled.Token));

        Assert.Contains(said, error.ToString());
    }

    [Theory]
    [InlineData("task show gone")]
    [InlineData("evaluate --task gone --data x.jsonl")]
    [InlineData("calibrate --task gone")]
    [InlineData("release list --task gone")]
    [InlineData("infer --task gone hello")]
    [InlineData("train --task gone")]
    public async Task Run_UnknownTask_NamesTheKnownOnesWithoutStackTrace(string line)
    {
        using var models = new MoodModels();
        var run = await models.RunAsync(line.Split(' '));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("There is no task 'gone'. Known tasks: mood.", run.Error);
        Assert.DoesNotContain("   at ", run.Error);
    }

    private sealed class LateCommand(SharedOptions shared, Action meanwhile) : CliCommand(shared, "late", "Waits in vain.")
    {
        protected override Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
        {
            meanwhile();
            throw new OperationCanceledException("it is late");
        }
    }
}
