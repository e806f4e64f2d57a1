using System.Diagnostics;
using System.IO.Pipes;
using System.Text.Json;
using Understudy.Tests;

namespace Understudy.Cli.Tests;

public sealed class InferCommandTests : IDisposable
{
    private static readonly string[] Line = ["infer", "--task", "mood", "--release", "v1"];

    private readonly MoodModels _models = new();

    [Fact]
    public async Task Infer_Text_AnswersWithReceiptInWords()
    {
        var run = await _models.RunAsync([.. Line, "good"]);
        Assert.Equal(0, run.ExitCode);
        Assert.Matches("^happy \\((.+ %)\\)\\r?\\nstudent answered \"happy\", \\1 sure", run.Output);
    }

    [Fact]
    public async Task Infer_Json_HasTheWholeAnswer()
    {
        var answer = (await _models.RunAsync([.. Line, "fine", "--json"])).Json;
        Assert.Equal("happy", answer.GetProperty("label").GetString());
        Assert.InRange(answer.GetProperty("confidence").GetDouble(), 0.99, 1);
        Assert.Equal("lead", answer.GetProperty("receipt").GetProperty("answeredBy").GetString());
        Assert.Contains("lead answered", answer.GetProperty("words").GetString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Infer_TextBeginsWithAnAt_IsAnswered(bool isAFile)
    {
        var text = $"@{_models.At("bob")} good";
        if (isAFile)
        {
            _models.Write(text[1..], "--task\nnothing");
        }

        Assert.Equal(0, (await _models.RunAsync([.. Line, text])).ExitCode);
    }

    [Fact]
    public async Task Infer_FileOrStandardInput_ReadsIt()
    {
        var file = _models.Write("input.txt", "bad");
        Assert.Equal("sad", (await _models.RunAsync([.. Line, "--file", file, "--json"])).Json.GetProperty("label").GetString());
        var piped = await CliRun.WithInput("bad", [.. Line, "--models", _models.Models, "--json"]);
        Assert.Equal("sad", piped.Json.GetProperty("label").GetString());
    }

    [Fact]
    public async Task Infer_NoOrTwoInputs_IsBadUsage()
    {
        Assert.Equal(2, (await _models.RunAsync(Line)).ExitCode);
        Assert.Equal(2, (await _models.RunAsync([.. Line, "good", "--file", "x"])).ExitCode);
        Assert.Equal(1, (await _models.RunAsync([.. Line, "--file", "gone.txt"])).ExitCode);
    }

    [Fact]
    public async Task Infer_FileThatIsNoText_IsRefused()
    {
        File.WriteAllBytes(_models.At("latin.txt"), [.. "sch"u8, 0xF6, .. "n"u8]);
        var run = await _models.RunAsync([.. Line, "--file", _models.At("latin.txt")]);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("latin.txt' is not valid UTF-8. Save it as UTF-8", run.Error);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task Infer_FileIsAFolder_SaysSo()
    {
        var run = await _models.RunAsync([.. Line, "--file", _models.Models]);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("models' is a folder. Name a file.", run.Error);
    }

    [Fact]
    public async Task Infer_LeadElsewhere_IsAskedOnce()
    {
        await using var lead = await FakeLead.StartAsync();
        lead.Answer = _ => "sad";
        _models.Write("models/mood/task.json", $$"""
            {"name":"mood","kind":"classification","labels":["happy","sad"],"guarantee":{"epsilon":0.05,"delta":0.1},
             "lead":{"protocol":"openai","endpoint":"{{lead.Endpoint}}","model":"big"} }
            """);

        Assert.Equal("sad", (await _models.RunAsync([.. Line, "fine", "--json"])).Json.GetProperty("label").GetString());
        Assert.Equal(1, lead.Asked);
    }

    [Fact]
    public async Task Batch_NoLineCanBeUsed_FailsAndLeavesTheAnswersThatAreThere()
    {
        var output = _models.Write("answers.jsonl", "earlier");
        var run = await _models.RunAsync("batch", "--task", "mood", "--release", "v1", "--in", _models.Write("in.jsonl", "[{\"text\":\"good\"}]\nbad\n"), "--out", output);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("2 lines were read and none can be used", run.Error);
        Assert.Contains("Line 1: the line is not a JSON object.", run.Error);
        Assert.Equal("earlier", File.ReadAllText(output));
        Assert.Equal(2, Read(output + ".quarantine.jsonl").Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Batch_OutputIsALink_ReplacesWhatItLeadsTo(bool exists)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need rights there that tests may lack.");
        var target = exists ? _models.Write("kept/answers.jsonl", "earlier") : _models.At("kept/answers.jsonl");
        File.CreateSymbolicLink(_models.At("second"), target);
        File.CreateSymbolicLink(_models.At("first"), "second");
        var run = await BatchAsync(_models.At("first"));
        Assert.Equal(0, run.ExitCode);
        Assert.Equal((target, "second"), (new FileInfo(_models.At("second")).LinkTarget, new FileInfo(_models.At("first")).LinkTarget));
        Assert.Equal(2, Read(target).Count);
    }

    [Fact]
    public async Task Batch_OutputIsAPipe_IsRefusedAndLeftAlone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no pipes in folders there.");
        var pipe = _models.At("pipe");
        using (var make = Process.Start("mkfifo", pipe))
        {
            await make.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        File.CreateSymbolicLink(_models.At("link"), pipe);
        foreach (var output in (string[])[pipe, _models.At("link")])
        {
            var run = await BatchAsync(output);
            Assert.Equal(2, run.ExitCode);
            Assert.Contains("is a pipe, a device or the like", run.Error);
        }

        using var test = Process.Start("test", ["-p", pipe]);
        await test.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, test.ExitCode);
        Assert.Single(Directory.GetFiles(_models.Root, "pipe*"));
    }

    [Fact]
    public async Task Batch_OutputIsALinkToAPipeWithoutAName_IsRefused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "There is no /proc.");
        using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);

        var run = await BatchAsync($"/proc/self/fd/{pipe.SafePipeHandle.DangerousGetHandle()}"); // what /dev/stdout leads to in a pipeline

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("is a pipe, a device or the like", run.Error);
    }

    [Fact]
    public async Task Batch_OutputIsAFolder_IsRefusedBeforeTheWork()
    {
        foreach (var output in (string[])[_models.Models, _models.At("new") + Path.DirectorySeparatorChar, ""])
        {
            var run = await BatchAsync(output);
            Assert.Equal(2, run.ExitCode);
            Assert.Contains($"--out: '{output}' is a folder. Name a file.", run.Error);
            Assert.DoesNotContain("Answering", run.Error);
        }
    }

    [Fact]
    public async Task Batch_OutputIsAnEmptyFile_IsReplaced()
    {
        var output = _models.Write("answers.jsonl", "");
        Assert.Equal(0, (await BatchAsync(output)).ExitCode);
        Assert.Equal(2, Read(output).Count);
    }

    [Fact]
    public async Task Batch_SomeLinesMalformed_AnswersTheRestInOrder()
    {
        var input = _models.Write("in.jsonl", """
            {"id":"a","text":"good"}
            {"id":"b"}
            {"text":"fine"}
            {"id":"d","text":"bad"}
            """);
        var output = _models.At("out/answers.jsonl");
        var run = await _models.RunAsync("batch", "--task", "mood", "--release", "v1", "--in", input, "--out", output, "--json");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(3, run.Json.GetProperty("answered").GetInt32());
        Assert.Equal(1, run.Json.GetProperty("malformed").GetInt32());
        Assert.Equal(2 / 3.0, run.Json.GetProperty("studentShare").GetDouble(), 9);
        Assert.Contains("in.jsonl, line 2: ", run.Error);
        var answers = Read(output);
        Assert.Equal(["a", "line-3", "d"], answers.Select(a => a.GetProperty("id").GetString()!));
        Assert.Equal(["happy", "happy", "sad"], answers.Select(a => a.GetProperty("label").GetString()!));
        Assert.Equal(2, Assert.Single(Read(run.Json.GetProperty("quarantine").GetString()!)).GetProperty("line").GetInt32());
    }

    [Fact]
    public async Task Batch_InputThatTheLeadCannotReadWhole_IsPutAside()
    {
        using var calls = await CallModels.CreateAsync();
        var input = calls.Write("in.jsonl", $$"""
            {"text":"{{string.Concat(Enumerable.Repeat("call anna ", 60))}}"}
            {"text":"call anna"}
            """);
        var run = await calls.RunAsync("batch", "--task", "calls", "--in", input, "--out", calls.At("out.jsonl"), "--json");
        Assert.Equal((0, 1, 1), (run.ExitCode, run.Json.GetProperty("answered").GetInt32(), run.Json.GetProperty("malformed").GetInt32()));
        Assert.Contains("Shorten the input.", run.Error);
    }

    [Fact]
    public async Task Batch_MoreRecordsThanAChunk_AnswersEachOnce()
    {
        var output = _models.At("answers.jsonl");
        await _models.RunAsync("batch", "--task", "mood", "--release", "v1", "--in", _models.WriteEasyRecords("in.jsonl", 300), "--out", output);
        Assert.Equal(Enumerable.Range(1, 600), Read(output).Select(a => a.GetProperty("line").GetInt32()));
    }

    [Fact]
    public async Task Batch_InputIsAPipe_AnswersAllThatComes()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no pipes in folders there.");
        var (pipe, output) = (_models.At("pipe"), _models.At("answers.jsonl"));
        using (var make = Process.Start("mkfifo", pipe))
        {
            await make.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        var records = File.ReadAllText(_models.WriteEasyRecords("in.jsonl", 300));
        var writing = Task.Run(() => File.WriteAllText(pipe, records), TestContext.Current.CancellationToken);
        var run = await _models.RunAsync("batch", "--task", "mood", "--release", "v1", "--in", pipe, "--out", output);
        Assert.Equal(0, run.ExitCode);
        await writing;
        Assert.Equal(600, Read(output).Count);
    }

    [Theory]
    [InlineData("wait")]
    [InlineData("degrade")]
    public async Task Batch_LeadIsAway_FailsWhereTheTaskWaitsAndElseCountsWhatDegraded(string whenAway)
    {
        _models.Write("models/mood/task.json", $$"""
            {"name":"mood","kind":"classification","labels":["happy","sad"],"guarantee":{"epsilon":0.05,"delta":0.1},"whenLeadIsAway":"{{whenAway}}",
             "lead":{"protocol":"openai","endpoint":"http://127.0.0.1:1/v1","model":"big","retries":0,"deadlineSeconds":5} }
            """);
        var input = _models.Write("in.jsonl", "{\"text\":\"good\"}\n{\"text\":\"fine\"}\n");
        var output = _models.At("answers.jsonl");

        var run = await _models.RunAsync("batch", "--task", "mood", "--release", "v1", "--in", input, "--out", output, "--json");

        if (whenAway == "wait")
        {
            Assert.Equal(1, run.ExitCode);
            Assert.Contains("1 of the 2 answers", run.Error);
            Assert.Equal([false, true], Read(output).Select(a => a.GetProperty("receipt").GetProperty("degraded").GetBoolean()));
        }
        else
        {
            Assert.Equal((0, 2, 1), (run.ExitCode, run.Json.GetProperty("answered").GetInt64(), run.Json.GetProperty("degraded").GetInt64()));
        }
    }

    [Fact]
    public async Task Batch_LeadRefusesOneLineOrFails_QuarantinesItOrLeavesTheOutputAsItWas()
    {
        await using var lead = await FakeLead.StartAsync();
        lead.Answer = static _ => "happy";
        lead.Refuses = static prompt => prompt.Contains("the second", StringComparison.Ordinal);
        _models.WriteRelease("alone", alone: true);
        _models.Write("models/mood/task.json", $$"""
            {"name":"mood","kind":"classification","labels":["happy","sad"],"lead":{"protocol":"openai","endpoint":"{{lead.Endpoint}}","model":"big","retries":0} }
            """);
        var input = _models.Write("in.jsonl", "{\"text\":\"the first\"}\n{\"text\":\"the second\"}\n{\"text\":\"the third\"}\n");
        var output = _models.At("answers.jsonl");
        string[] batch = ["batch", "--task", "mood", "--release", "alone", "--in", input, "--out", output, "--json"];

        var run = await _models.RunAsync(batch);

        Assert.Equal((0, 2), (run.ExitCode, run.Json.GetProperty("answered").GetInt64()));
        Assert.Equal([1, 3], Read(output).Select(answer => answer.GetProperty("line").GetInt64()));
        var aside = Assert.Single(Read(output + ".quarantine.jsonl"));
        Assert.Equal((2, """{"text":"the second"}"""), (aside.GetProperty("line").GetInt64(), aside.GetProperty("raw").GetString()));
        Assert.Contains("against the content policy", aside.GetProperty("reason").GetString());

        var before = File.ReadAllText(output);
        lead.Fails = static prompt => prompt.Contains("the third", StringComparison.Ordinal);
        var failed = await _models.RunAsync(batch);

        Assert.Equal(1, failed.ExitCode);
        Assert.Contains("Input 'line-3'", failed.Json.GetProperty("error").GetString());
        Assert.Equal(before, File.ReadAllText(output));
    }

    [Fact]
    public async Task Batch_InputIsMissingOrTheOutput_Refuses()
    {
        var file = _models.WriteEasyRecords("in.jsonl", 1);
        Assert.Equal(2, (await _models.RunAsync("batch", "--task", "mood", "--in", file, "--out", file)).ExitCode);
        Assert.Equal(1, (await _models.RunAsync("batch", "--task", "mood", "--in", "gone.jsonl", "--out", file)).ExitCode);
        if (!OperatingSystem.IsWindows())
        {
            File.CreateSymbolicLink(_models.At("link"), file);
            Assert.Equal(2, (await _models.RunAsync("batch", "--task", "mood", "--in", file, "--out", _models.At("link"))).ExitCode);
            Assert.Equal(2, (await _models.RunAsync("batch", "--task", "mood", "--in", _models.At("link"), "--out", file)).ExitCode);
        }

        Assert.Equal(2, File.ReadAllLines(file).Length);
    }

    [Theory]
    [InlineData(".partial", false)]
    [InlineData(".partial", true)]
    [InlineData(".quarantine.jsonl", false)]
    [InlineData(".quarantine.jsonl", true)]
    public async Task Batch_InputIsWhatARunWritesBesideItsOutput_Refuses(string ending, bool isLink)
    {
        Assert.SkipWhen(isLink && OperatingSystem.IsWindows(), "Links need rights there that tests may lack.");
        var (input, output) = (_models.WriteEasyRecords(isLink ? "in.jsonl" : $"out.jsonl{ending}", 1), _models.At("out.jsonl"));
        if (isLink)
        {
            File.CreateSymbolicLink(output + ending, input);
        }

        var run = await _models.RunAsync("batch", "--task", "mood", "--release", "v1", "--in", input, "--out", output);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains($"'{output}{ending}'", run.Error);
        Assert.Equal(2, File.ReadAllLines(input).Length);
    }

    public void Dispose() => _models.Dispose();

    private Task<CliRun> BatchAsync(string output) =>
        _models.RunAsync("batch", "--task", "mood", "--release", "v1", "--in", _models.WriteEasyRecords("in.jsonl", 1), "--out", output);

    private static List<JsonElement> Read(string path) => [.. File.ReadAllLines(path).Select(l => JsonDocument.Parse(l).RootElement.Clone())];
}
