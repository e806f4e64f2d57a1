using Understudy.Inference.Tasks;

namespace Understudy.Inference.Tests.Tasks;

public sealed class LeadDefinitionTests
{
    private static readonly TaskDefinition Task = new() { Name = "mail", Kind = "classification", Labels = ["ham", "spam"] };
    private static readonly LeadDefinition Remote = new() { Protocol = "openai", Endpoint = "https://host/v1", Model = "big" };

    [Fact]
    public void Validate_RemoteLead_IsFine() =>
        Assert.Empty((Task with { Lead = Remote, Plugin = "supericl", WhenLeadIsAway = "wait" }).Validate());

    [Fact]
    public void Validate_EverythingWrong_NamesEachField()
    {
        var problems = (Task with
        {
            WhenLeadIsAway = "cry",
            Plugin = "magic",
            Lead = Remote with { Endpoint = "host", Model = null, TimeoutSeconds = 0, DeadlineSeconds = -1, Retries = 99, HedgeSeconds = 0, Concurrency = 0, PromptTokens = 1, AnswerTokens = 0, Temperature = 3, Demonstrations = 33, WaitMinutes = -1 },
        }).Validate();
        Assert.All(
            (string[])["whenLeadIsAway", "plugin", "lead.endpoint", "lead.model", "lead.timeoutSeconds", "lead.deadlineSeconds", "lead.retries", "lead.hedgeSeconds", "lead.concurrency", "lead.promptTokens", "lead.answerTokens", "lead.temperature", "lead.demonstrations", "lead.waitMinutes"],
            field => Assert.Contains(problems, problem => problem.StartsWith($"task.json: {field} ", StringComparison.Ordinal)));
    }

    [Fact]
    public void Validate_PluginWithoutAPrompt_IsRefused() => Assert.Contains("plugin", Assert.Single((Task with { Plugin = "supericl" }).Validate()));

    [Fact]
    public void Validate_RemoteLeadOfAGenerationTask_IsAskedByOpenAisApiAndForNoReasons()
    {
        var task = Task with { Kind = "generation", Metric = "exact-match", Lead = Remote };

        Assert.Empty(task.Validate());
        Assert.StartsWith("task.json: lead.protocol is 'grpc'", Assert.Single((task with { Lead = Remote with { Protocol = "grpc" } }).Validate()));
        Assert.StartsWith("task.json: lead.explain is true", Assert.Single((task with { Lead = Remote with { Explain = true } }).Validate()));
        Assert.StartsWith("task.json: lessons.rationale is true", Assert.Single((task with { Lessons = new() { Rationale = true } }).Validate()));
        Assert.StartsWith("task.json: lessons.topLogprobs is 5", Assert.Single((task with { Lead = Remote with { Probabilities = false }, Lessons = new() { TopLogprobs = 5 } }).Validate()));
    }

    [Fact]
    public void Validate_EndpointWithoutAProtocol_IsRefusedWithTheProtocol()
    {
        Assert.StartsWith("task.json: lead.protocol is 'local' or missing", Assert.Single((Task with { Lead = Remote with { Protocol = "local" } }).Validate()));
        Assert.Contains("and lead.key would be", Assert.Single((Task with { Lead = new() { Key = "big" } }).Validate()));
        Assert.Empty((Task with { Lead = new() }).Validate());
    }

    [Theory]
    [InlineData("openai", true, 0)]
    [InlineData("openai", false, 1)]
    [InlineData("grpc", true, 1)]
    public void Validate_ReasonsOfALeadThatGivesNone_AreRefused(string protocol, bool constrained, int problems) => Assert.Equal(
        problems, (Task with { Lead = Remote with { Protocol = protocol, Constrained = constrained, Explain = true } }).Validate().Count(problem => problem.StartsWith("task.json: lead.explain is true", StringComparison.Ordinal)));

    [Fact]
    public void Validate_AttemptLongerThanAllTogether_NamesBothFields()
    {
        Assert.StartsWith(
            "task.json: lead.timeoutSeconds is 120, and all attempts together have lead.deadlineSeconds, 60.", Assert.Single((Task with { Lead = Remote with { TimeoutSeconds = 120 } }).Validate()));
        Assert.Empty((Task with { Lead = Remote with { TimeoutSeconds = 60 } }).Validate());
        Assert.Empty((Task with { Lead = Remote with { DeadlineSeconds = 5 } }).Validate());
    }

    [Theory]
    [InlineData("", 0.0)]
    [InlineData(""","temperature":null""", null)]
    [InlineData(""","temperature":1""", 1.0)]
    public void Load_Temperature_IsNoneOnlyWhereTheFileSaysSo(string given, double? expected)
    {
        var path = System.IO.Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, $$"""{"name":"mail","kind":"classification","labels":["ham","spam"],"lead":{"protocol":"openai","endpoint":"https://host/v1","model":"big"{{given}}} }""");
            Assert.Equal(expected, TaskDefinition.Load(path).Lead!.Temperature);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("supercontext")]
    [InlineData("supericl")]
    public void Validate_LabelsThatLeaveNoRoomForAnInput_SaysHowManyTokensWould(string? plugin)
    {
        var task = Task with { Plugin = plugin, Labels = [.. Enumerable.Range(10, 77).Select(i => $"a label of so many words {i}")], Lead = Remote with { PromptTokens = 512 } };

        var problem = Assert.Single(task.Validate());

        Assert.StartsWith("task.json: lead.promptTokens is 512", problem, StringComparison.Ordinal);
        var enough = int.Parse(System.Text.RegularExpressions.Regex.Match(problem, "Give at least ([0-9]+)").Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Empty((task with { Lead = Remote with { PromptTokens = enough } }).Validate());
        Assert.Empty((task with { Lead = new() { PromptTokens = 512 }, Plugin = null }).Validate()); // the release's own lead reads no prompt
    }

    [Fact]
    public void Validate_InstructionThatLeavesAWriterNoRoom_IsRefused()
    {
        var task = Task with { Kind = "generation", Metric = "exact-match", Lead = Remote with { PromptTokens = 512 }, Instruction = new('x', 1900) };

        Assert.StartsWith("task.json: lead.promptTokens is 512", Assert.Single(task.Validate()), StringComparison.Ordinal);
        Assert.Empty((task with { Instruction = new('x', 1800) }).Validate());
    }

    [Fact]
    public void Load_KeyInTheFileInsteadOfItsName_IsAnUnknownField()
    {
        var path = System.IO.Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, """{"name":"mail","kind":"classification","labels":["ham","spam"],"lead":{"protocol":"openai","endpoint":"https://host/v1","model":"big","apiKey":"sk-1"}}""");
            Assert.Contains("lead.apiKey is not a known field", Assert.Single(Assert.Throws<TaskInvalidException>(() => TaskDefinition.Load(path)).Problems));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
