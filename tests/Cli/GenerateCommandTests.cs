using Understudy.Cli.Shell;
using Understudy.Inference.FunctionCalls;

namespace Understudy.Cli.Tests;

public sealed class GenerateCommandTests : IAsyncLifetime
{
    private static readonly string[] FromLead = ["generate", "--model", "lead", "--prompt", "call anna and text"];

    private CallModels _models = null!;

    public async ValueTask InitializeAsync() => _models = await CallModels.CreateAsync();

    [Fact]
    public async Task Generate_LeadAlone_GivesTextAndAccount()
    {
        var run = await _models.RunAsync([.. FromLead, "--max-tokens", "12", "--json"]);
        Assert.Equal(0, run.ExitCode);
        var result = run.Json;
        var tokens = result.GetProperty("tokens").GetInt32();
        Assert.NotEmpty(result.GetProperty("text").GetString()!);
        Assert.Equal("none", result.GetProperty("draft").GetString());
        Assert.InRange(tokens, 2, 12);
        Assert.Equal(tokens == 12 ? "length" : "stop", result.GetProperty("finish").GetString());
        Assert.Equal(tokens - 1, result.GetProperty("forwards").GetInt32()); // the first comes with the prompt
        Assert.Equal(1, result.GetProperty("acceptedLength").GetDouble());
        Assert.Equal(0, result.GetProperty("draftMilliseconds").GetDouble(), 1);
        Assert.All(["tokensPerSecond", "prefillMilliseconds", "verifyMilliseconds"], name => Assert.True(result.GetProperty(name).GetDouble() > 0, name));
    }

    [Theory]
    [InlineData("draft", "draft")]
    [InlineData("ngram", "ngram")]
    [InlineData("cache", "cache")]
    [InlineData("tree", "grammar + ngram + cache + draft tree")]
    public async Task Generate_WithWhatGoesAhead_WritesTheSameText(string draft, string ahead)
    {
        var plain = (await _models.RunAsync([.. FromLead, "--max-tokens", "24", "--json"])).Json;
        var result = (await _models.RunAsync([.. FromLead, "--max-tokens", "24", "--draft", draft, "--json"])).Json;
        Assert.Equal(plain.GetProperty("text").GetString(), result.GetProperty("text").GetString());
        Assert.Equal(plain.GetProperty("tokens").GetInt32(), result.GetProperty("tokens").GetInt32());
        Assert.Equal(draft, result.GetProperty("draft").GetString());
        Assert.Equal(ahead, result.GetProperty("ahead").GetString());
    }

    [Fact]
    public async Task Generate_LeadDraftAndFile_AreTheModelsThatTheyName()
    {
        async Task<string> Text(string model) =>
            (await _models.RunAsync("generate", "--model", model, "--prompt", "call anna", "--max-tokens", "16", "--json")).Json.GetProperty("text").GetString()!;
        var lead = await Text("lead");
        Assert.Equal(lead, await Text(_models.Lead));
        Assert.NotEqual(lead, await Text("draft"));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("tree")]
    public async Task Generate_Task_WritesACallOfItsSchema(string draft)
    {
        var result = (await _models.RunAsync("generate", "--model", "calls", "--prompt", "call anna now", "--draft", draft, "--json")).Json;
        Assert.True(FunctionCall.TryParse(result.GetProperty("text").GetString()!, out var call));
        Assert.Contains(call!.Intent, (string[])["Call", "Text"]);
        Assert.All(call.Slots, slot => Assert.Equal("person", slot.Key));
        Assert.Equal("stop", result.GetProperty("finish").GetString());

        // request token and words, twice, and call token: not the words alone
        var plain = (await _models.RunAsync("generate", "--model", "lead", "--prompt", "call anna now", "--max-tokens", "1", "--json")).Json;
        Assert.Equal((2 * plain.GetProperty("promptTokens").GetInt32()) + 3, result.GetProperty("promptTokens").GetInt32());
    }

    [Fact]
    public async Task Generate_ForAPerson_WritesTextAsItComes()
    {
        var expected = (await _models.RunAsync([.. FromLead, "--max-tokens", "12", "--json"])).Json;
        using var output = new Pieces();
        using var error = new StringWriter();
        var code = await CommandLine.RunAsync(
            [.. FromLead, "--max-tokens", "12", "--models", _models.Models],
            new Surroundings(() => TextReader.Null, output, error, InputIsTerminal: false, ErrorIsTerminal: false), TestContext.Current.CancellationToken);
        Assert.Equal(0, code);
        var (text, tokens) = (expected.GetProperty("text").GetString()!, expected.GetProperty("tokens").GetInt32());
        Assert.StartsWith(text, output.ToString());
        Assert.Contains($"{tokens} tokens in {tokens - 1} passes", output.ToString());
        Assert.Contains(output.Shown, shown => shown.Length > 0 && shown.Length < text.Length && text.StartsWith(shown, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("ngram")]
    public async Task Generate_Seed_GivesTheSameTextAgain(string draft)
    {
        async Task<string> Text(string seed) => (await _models.RunAsync(
            [.. FromLead, "--max-tokens", "24", "--temperature", "1.5", "--seed", seed, "--draft", draft, "--json"])).Json.GetProperty("text").GetString()!;
        var first = await Text("7");
        Assert.Equal(first, await Text("7"));
        Assert.NotEqual(first, await Text("8"));
    }

    [Theory]
    [InlineData("There is no language model 'nope'. There are: lead, draft, calls, the path of an .onnx file.", 1, "--model", "nope", "--prompt", "x")]
    [InlineData("There is no model 'gone.onnx'", 1, "--model", "gone.onnx", "--prompt", "x")]
    [InlineData("--draft 'nope' is not known. Use grammar, ngram, cache, tagger, medusa, draft, tree or none.", 2, "--model", "lead", "--prompt", "x", "--draft", "nope")]
    [InlineData("'medusa' cannot go ahead of this model. There are grammar, ngram, cache, draft.", 2, "--model", "lead", "--prompt", "x", "--draft", "medusa")]
    [InlineData("'draft' cannot go ahead of this model. There are grammar, ngram, cache.", 2, "--model", "draft", "--prompt", "x", "--draft", "draft")]
    [InlineData("--max-tokens is 0; it must be at least 1.", 2, "--model", "lead", "--prompt", "x", "--max-tokens", "0")]
    [InlineData("--max-tokens 2 is too few: the task's shortest answer has", 2, "--model", "calls", "--prompt", "x", "--max-tokens", "2")]
    [InlineData("Temperature is -1", 2, "--model", "lead", "--prompt", "x", "--temperature", "-1")]
    [InlineData("The prompt is empty", 2, "--model", "lead", "--prompt", " ")]
    [InlineData("--prompt", 2, "--model", "lead")]
    public async Task Generate_WhatCannotBe_SaysWhyAndWhatThereIs(string message, int code, params string[] args)
    {
        var run = await _models.RunAsync(["generate", .. args, "--json"]);
        Assert.Equal(code, run.ExitCode);
        Assert.Contains(message, run.Json.GetProperty("error").GetString());
        Assert.DoesNotContain("   at ", run.Error);
    }

    [Fact]
    public async Task Generate_PromptFillsTheModel_SaysHowLongItMayBe()
    {
        var run = await _models.RunAsync("generate", "--model", "lead", "--prompt", new string('x', CallModels.LeadMaxTokens));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("the model takes 160. Shorten the prompt", run.Error);
    }

    /// <summary>One whose definition is wrong, and one before it in the alphabet whose channel is.</summary>
    [Fact]
    public async Task Generate_OtherTasksAreWrong_WritesAllTheSame()
    {
        using var models = await CallModels.CreateAsync();
        models.Write("models/aside/task.json", """{"name":"aside","kind":"generation"}""");
        models.Write("models/aside/channels/stable.json", "{");
        models.Write("models/beside/task.json", "{");

        var run = await models.RunAsync([.. FromLead, "--max-tokens", "12", "--json"]);

        Assert.True(run.ExitCode == 0, run.Error);
    }

    [Fact]
    public async Task Generate_NoGenerationTask_SaysThatThereAreOnlyFiles()
    {
        using var others = new MoodModels();
        var run = await others.RunAsync("generate", "--model", "lead", "--prompt", "x");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("There is no language model 'lead'. There are: the path of an .onnx file.", run.Error);
    }

    [Fact]
    public async Task Generate_DraftOfAReleaseWithout_NamesTheLead()
    {
        using var others = await CallModels.CreateAsync(draft: false);
        var run = await others.RunAsync("generate", "--model", "draft", "--prompt", "x");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("The release of 'calls' has no draft. Use --model lead.", run.Error);
    }

    public ValueTask DisposeAsync()
    {
        _models?.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Remembers what could be seen at each flush.</summary>
    private sealed class Pieces : StringWriter
    {
        public List<string> Shown { get; } = [];

        public override void Flush() => Shown.Add(ToString());
    }
}
