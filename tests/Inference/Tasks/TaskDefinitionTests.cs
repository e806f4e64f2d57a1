using Understudy.Inference.Tasks;

namespace Understudy.Inference.Tests.Tasks;

public sealed class TaskDefinitionTests : IDisposable
{
    private readonly string _path = Path.Combine(Directory.CreateTempSubdirectory("understudy").FullName, "task.json");

    [Fact]
    public void Load_GoodFile_GivesItsFields()
    {
        var task = Load("""{"name":"mail-triage","kind":"classification","labels":["ham","spam"],"input":"mail","metric":"macro-f1","guarantee":{"epsilon":0.005,"delta":0.1}}""");
        Assert.Equal(("mail-triage", "mail", new Guarantee(0.005, 0.1)), (task.Name, task.Input, task.Guarantee));
        Assert.Equal(["ham", "spam"], task.Labels);
    }

    [Theory]
    [InlineData("generation", "", 0)]
    [InlineData("generation", "\"a\"", 1)]
    [InlineData("generation", "\"a\",\"b\"", 0)]
    [InlineData("classification", "", 1)]
    public void Validate_FewLabels_AreEnoughForTextsThatNameNoIntent(string kind, string labels, int problems)
    {
        var metric = kind == "generation" ? "exact-match" : "accuracy";
        var error = Record.Exception(() => Load($$"""{"name":"a","kind":"{{kind}}","labels":[{{labels}}],"metric":"{{metric}}"}"""));
        Assert.Equal(problems, error is null ? 0 : Assert.IsType<TaskInvalidException>(error).Problems.Count);
    }

    [Fact]
    public void Load_ManyProblems_ListsThemAll()
    {
        var error = Assert.Throws<TaskInvalidException>(() => Load(
            """{"name":"Not Good","kind":"poetry","labels":["a","a"],"metric":"taste","input":"smell","guarantee":{"epsilon":0,"delta":1}}"""));
        foreach (var field in new[] { "name", "kind", "labels", "metric", "input", "epsilon", "delta" })
        {
            Assert.Contains(error.Problems, p => p.Contains(field));
        }
    }

    [Fact]
    public void Load_MissingUnknownAndMistypedFields_NamesEach()
    {
        var error = Assert.Throws<TaskInvalidException>(() => Load("""{"name":5,"labels":["a",7],"colour":"red","guarantee":{"epsilon":0.1}}"""));
        Assert.Contains(error.Problems, p => p.Contains("name must be a string, not 5"));
        Assert.Contains(error.Problems, p => p.Contains("labels[1] must be a string"));
        Assert.Contains(error.Problems, p => p.Contains("colour is not a known field"));
        Assert.Contains(error.Problems, p => p.Contains("kind is missing"));
        Assert.Contains(error.Problems, p => p.Contains("guarantee.delta is missing"));
        Assert.Equal(5, error.Problems.Count);
    }

    [Fact]
    public void Load_StudentsToTeach_AreRead() => Assert.Equal(
        ["linear", "small"],
        Load("""{"name":"t","kind":"classification","labels":["a","b"],"retraining":{"students":["linear","small"],"passes":5}}""").Retraining.Students!);

    [Theory]
    [InlineData("""{"passes":0}""", "retraining.passes is 0; it must be 1 to 100")]
    [InlineData("""{"passes":101}""", "retraining.passes is 101")]
    [InlineData("""{"students":[]}""", "retraining.students is empty")]
    [InlineData("""{"students":["small","small"]}""", "retraining.students has 'small' more than once")]
    [InlineData("""{"students":[" "]}""", "retraining.students has ' ' among its names")]
    public void Load_BadRetraining_NamesTheFieldAndTheLimit(string retraining, string problem) => Assert.Contains(
        problem,
        Assert.Single(Assert.Throws<TaskInvalidException>(() => Load($$"""{"name":"t","kind":"classification","labels":["a","b"],"retraining":{{retraining}}}""")).Problems));

    [Theory]
    [InlineData("", """{"perDay":0,"perMillionInputTokens":0.15,"perMillionOutputTokens":0.6}""", "budget prices tokens, and the release's own lead has none")]
    [InlineData("", """{"perDay":5,"perCall":1,"perMillionInputTokens":0.15}""", null)]
    [InlineData("", """{"perDay":5}""", "budget has no price")]
    [InlineData(""","lead":{"protocol":"openai","endpoint":"https://host/v1","model":"big"}""", """{"perDay":5,"perMillionInputTokens":0.15}""", null)]
    [InlineData(""","lead":{"protocol":"grpc","endpoint":"https://host","model":"big"}""", """{"perDay":5,"perMillionInputTokens":0.15}""", "budget prices tokens, and a Verifier counts none")]
    [InlineData(""","lead":{"protocol":"grpc","endpoint":"https://host","model":"big"}""", """{"perDay":5,"perCall":1,"perMillionInputTokens":0.15}""", null)]
    public void Load_BudgetOfWhichNothingWouldBeSpent_IsRefused(string lead, string budget, string? problem)
    {
        var error = Record.Exception(() => Load($$"""{"name":"a","kind":"classification","labels":["a","b"]{{lead}},"budget":{{budget}}}"""));

        Assert.Equal(problem is not null, error is not null);
        Assert.Contains(problem ?? "", error is TaskInvalidException invalid ? Assert.Single(invalid.Problems) : "");
    }

    [Fact]
    public void Load_AuditThatCannotBe_NamesEachField()
    {
        var error = Assert.Throws<TaskInvalidException>(() => Load(
            """{"name":"a","kind":"classification","labels":["a","b"],"audit":{"share":2,"windowHours":0,"coolDownHours":1000,"inputLevel":0.2,"inputEffect":-0.1}}"""));

        foreach (var field in new[] { "share is 2", "windowHours is 0", "coolDownHours is 1000", "inputLevel is 0.2", "inputEffect is -0.1" })
        {
            Assert.Contains(error.Problems, problem => problem.StartsWith($"task.json: audit.{field}; it must be", StringComparison.Ordinal));
        }

        Assert.Equal(5, error.Problems.Count);
        Assert.Equal((0.00001, 0.1), Load("""{"name":"a","kind":"classification","labels":["a","b"],"audit":{"share":0.1}}""").Audit is { } audit ? (audit.InputLevel, audit.InputEffect) : default);
    }

    [Theory]
    [InlineData("classification", "", "{\"topLogprobs\":21,\"retentionDays\":0}", "lessons.topLogprobs is 21; it must be 0 to 20", "lessons.retentionDays is 0")]
    [InlineData("classification", "", "{\"topLogprobs\":-1}", "lessons.topLogprobs is -1; it must be 0 to 20")]
    [InlineData("classification", "", "{\"topLogprobs\":5,\"rationale\":true}", "lessons.topLogprobs is 5, and the lead gives no tokens", "lessons.rationale is true, and the lead can give no reasons")]
    [InlineData("generation", ",\"metric\":\"exact-match\"", "{\"topLogprobs\":5,\"rationale\":true}", "lessons.rationale is true, and the lead can give no reasons")]
    [InlineData("classification", ",\"lead\":{\"protocol\":\"openai\",\"endpoint\":\"https://host/v1\",\"model\":\"big\"}", "{\"topLogprobs\":5,\"rationale\":true}")]
    [InlineData("classification", ",\"lead\":{\"protocol\":\"openai\",\"endpoint\":\"https://host/v1\",\"model\":\"big\",\"constrained\":false,\"probabilities\":false}", "{\"topLogprobs\":5,\"rationale\":true}", "lessons.topLogprobs is 5, and the lead", "lessons.rationale is true, and the lead")]
    public void Load_LessonsThatCannotBe_NamesEachField(string kind, string more, string lessons, params string[] problems)
    {
        string[] found = [];
        try
        {
            Load($$"""{"name":"a","kind":"{{kind}}","labels":["a","b"],"lessons":{{lessons}}{{more}}}""");
        }
        catch (TaskInvalidException error)
        {
            found = [.. error.Problems];
        }

        Assert.Equal(problems.Length, found.Length);
        Assert.All(problems, problem => Assert.Contains(found, one => one.StartsWith($"task.json: {problem}", StringComparison.Ordinal)));
    }

    [Fact]
    public void Load_NoFile_Throws() => Assert.Throws<TaskInvalidException>(() => TaskDefinition.Load(_path));

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_path)!, recursive: true);

    private TaskDefinition Load(string json)
    {
        File.WriteAllText(_path, json);
        return TaskDefinition.Load(_path);
    }
}
