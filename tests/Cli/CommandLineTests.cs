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
    public async Task Run_BadUsage_SaysSoAndReturns2(string line)
    {
        var run = await CliRun.Of(line.Split(' '));
        Assert.Equal(2, run.ExitCode);
        Assert.NotEmpty(run.Error);
        Assert.Empty(run.Output);
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
}
