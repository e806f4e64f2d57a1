using System.Text.Json;
using Understudy.Tests;

namespace Understudy.Cli.Tests;

public sealed class PromptCommandTests : IDisposable
{
    private const string Context = """
        Cheese is made from milk. It was known in antiquity. Many kinds ripen in caves. Salt keeps it from spoiling.

        The Tower Bridge crosses the Thames. It opened in 1894.
        Steam once raised its leaves.

        Bread is baked from flour. Yeast makes it rise. Ovens were built of clay. It is eaten everywhere.
        """;

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Compress_Text_PrintsThePromptAlone()
    {
        var run = await CliRun.WithInput(Context, "prompt", "compress", "--ratio", "2", "--question", "When did Tower Bridge open?");
        Assert.Equal(0, run.ExitCode);
        Assert.StartsWith("The Tower Bridge", run.Output);
        Assert.EndsWith("When did Tower Bridge open?", run.Output.TrimEnd());
        Assert.Contains("tokens", run.Error);
    }

    [Fact]
    public async Task Compress_Json_HasDocumentsAndTokens()
    {
        var json = (await CliRun.Of("prompt", "compress", "--ratio", "2", "--question", "When did Tower Bridge open?", "--context", Write("context.txt", Context), "--json")).Json;
        Assert.Equal(1, json.GetProperty("documents")[0].GetProperty("index").GetInt32());
        Assert.Equal(JsonValueKind.Null, json.GetProperty("yielded").ValueKind);
        Assert.InRange(json.GetProperty("tokensAfter").GetInt32(), 1, json.GetProperty("tokensBefore").GetInt32() / 2);
        Assert.Contains("1894", json.GetProperty("prompt").GetString());
    }

    [Fact]
    public async Task Compress_JsonLines_ReadsTitles()
    {
        var file = Write("context.jsonl", """
            {"title":"Tower Bridge","text":"It opened in 1894."}
            {"text":"Cheese is made from milk. It was known in antiquity. Many kinds ripen in caves."}
            """);
        var json = (await CliRun.Of("prompt", "compress", "--ratio", "1.5", "--question", "When did Tower Bridge open?", "--context", file, "--json")).Json;
        Assert.Equal("Tower Bridge", json.GetProperty("documents")[0].GetProperty("title").GetString());
    }

    [Fact]
    public async Task Compress_Yields_SaysWhy()
    {
        var run = await CliRun.WithInput("Short.", "prompt", "compress", "--question", "Is there anything in this text that could be left out?");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("instruction and question alone", run.Error);
    }

    [Theory]
    [InlineData("--ratio", "1")]
    [InlineData("--protect", "two words")]
    public async Task Compress_OptionOutOfLimits_IsBadUsage(string option, string value) =>
        Assert.Equal(2, (await CliRun.WithInput(Context, "prompt", "compress", option, value)).ExitCode);

    [Fact]
    public async Task Compress_NoContext_SaysWhatToDo()
    {
        Assert.Equal(2, (await CliRun.WithInput(" ", "prompt", "compress")).ExitCode);
        Assert.Equal(1, (await CliRun.Of("prompt", "compress", "--context", "gone.txt")).ExitCode);
        var run = await CliRun.Of("prompt", "compress", "--context", Write("bad.jsonl", "{\"title\":\"x\"}"));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("bad.jsonl, line 1: 'text' is missing", run.Error);
        Assert.Contains("list.jsonl, line 1: it is no object, or a field is missing", (await CliRun.Of("prompt", "compress", "--context", Write("list.jsonl", "[1]"))).Error);
        Assert.Contains("text.jsonl, line 1: it is no JSON.", (await CliRun.Of("prompt", "compress", "--context", Write("text.jsonl", "a"))).Error);
    }

    [Fact]
    public async Task BenchCompression_QuestionsOverDocuments_PrintsWhatSurvives()
    {
        var documents = Write("docs.jsonl", string.Join('\n', Context.Split("\n\n").Select((text, i) => JsonSerializer.Serialize(new { doc = i, title = $"Page {i}", text }))));
        var data = Write("data.jsonl", """
            {"id":1,"question":"When did Tower Bridge open?","answers":["1894"],"docs":[0,1,2]}
            {"id":2,"question":"What makes bread rise?","answers":["yeast","heat"],"docs":[2,0,1]}
            {"id":3,"question":"Who was first?","answers":["nobody"],"docs":[2,0,1]}
            """);
        var run = await CliRun.Of("bench", "compression", "--data", data, "--docs", documents, "--ratio", "2", "--json");
        Assert.Contains("1 records are left out", run.Error);
        Assert.Equal(
            ["records", "yielded", "tokensBefore", "tokensAfter", "retention", "truncationRetention", "randomRetention", "msPerThousandTokens"],
            run.Json.EnumerateObject().Select(property => property.Name));
        Assert.Equal(2, run.Json.GetProperty("records").GetInt32());
        Assert.Equal(1, run.Json.GetProperty("retention").GetDouble());
        Assert.True(run.Json.GetProperty("tokensAfter").GetInt32() * 2 <= run.Json.GetProperty("tokensBefore").GetInt32());
    }

    [Fact]
    public async Task BenchCompression_Meetings_PrintsWhatIsLeftOfMarkedTurns()
    {
        var turns = Enumerable.Range(0, 40).Select(i => i is 20 or 21 ? "Ann: The zebra budget is two hundred." : $"Bob: Something else, number {i}.");
        var data = Write("meetings.jsonl", JsonSerializer.Serialize(new { transcript = turns, specific = new[] { new { query = "What is the zebra budget?", relevant_turns = new[] { new[] { "20", "21" } } } } }));
        var run = await CliRun.Of("bench", "compression", "--data", data, "--json");
        Assert.Equal(1, run.Json.GetProperty("retention").GetDouble());
        Assert.Equal(0, run.Json.GetProperty("truncationRetention").GetDouble());
    }

    [Fact]
    public async Task BenchCompression_NoDocuments_NamesThem()
    {
        var run = await CliRun.Of("bench", "compression", "--data", Write("data.jsonl", "{\"question\":\"q\",\"answers\":[\"a\"],\"docs\":[7]}"));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("--docs", run.Error);
    }

    public void Dispose() => _folder.Dispose();

    private string Write(string name, string text)
    {
        File.WriteAllText(_folder.At(name), text);
        return _folder.At(name);
    }
}
