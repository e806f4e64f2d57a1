using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Understudy.Cli.Shell;
using Understudy.Inference.Decoding;
using Understudy.Inference.Speculation;

namespace Understudy.Cli.Generate;

/// <summary><c>understudy generate --model M --prompt P</c>: text from a language model, with what goes ahead of it.</summary>
internal sealed class GenerateCommand : CliCommand
{
    private const string None = "none", Tree = "tree";

    private readonly Option<string> _model = new("--model", "-m") { Description = "'lead', 'draft', a generation task, or the path of an .onnx file.", HelpName = "M", Required = true };
    private readonly Option<string> _prompt = new("--prompt", "-p") { Description = "What to go on from; for a task, the request.", HelpName = "TEXT", Required = true };
    private readonly Option<string> _draft = new("--draft") { Description = "Who goes ahead: draft, ngram, cache, medusa, tree (all of them), none.", HelpName = "D", DefaultValueFactory = _ => None };
    private readonly Option<int> _tokens = new("--max-tokens") { Description = "The most tokens.", HelpName = "N", DefaultValueFactory = _ => 128 };
    private readonly Option<double> _temperature = new("--temperature") { Description = "0 for the most likely token each time.", HelpName = "T" };
    private readonly Option<int?> _seed = new("--seed") { Description = "For the same draws again.", HelpName = "S" };

    public GenerateCommand(SharedOptions shared)
        : base(shared, "generate", "Writes text with a language model.")
    {
        foreach (var option in new Option[] { _model, _prompt, _draft, _tokens, _temperature, _seed })
        {
            Options.Add(option);
        }
    }

    protected override Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var (prompt, draft) = (invocation.Get(_prompt)!, invocation.Get(_draft)!);
        if (string.IsNullOrWhiteSpace(prompt))
        {
            throw new BadUsageException("The prompt is empty. Give some text with --prompt.");
        }

        if (draft is not (None or Tree) && !Understudies.Names.Contains(draft))
        {
            throw new BadUsageException($"--draft '{draft}' is not known. Use {string.Join(", ", Understudies.Names)}, {Tree} or {None}.");
        }

        using var model = NamedModel.Open(invocation.Catalog, invocation.Get(_model)!);
        var available = model.Models.Available;
        if (draft is not (None or Tree) && !available.Contains(draft))
        {
            throw new BadUsageException($"'{draft}' cannot go ahead of this model. There are {string.Join(", ", available)}.");
        }

        var tokenizer = model.Models.Target.Tokenizer;
        var tokens = model.Calls?.Prompt(prompt) ?? tokenizer.Encode(prompt, template: true);
        var options = How(invocation, model, prompt);
        if (options.Grammar is { } grammar && options.MaxTokens < grammar.ShortestTokens)
        {
            throw new BadUsageException($"--max-tokens {options.MaxTokens} is too few: the task's shortest answer has {grammar.ShortestTokens} tokens.");
        }

        using var speculator = draft == None ? null : model.Models.New(draft == Tree ? available : [draft]);
        using var generation = model.Models.Target.Generate(tokens, options, speculator);
        Write(invocation, generation, speculator?.Name ?? None, cancellationToken);
        return Task.FromResult(CommandLine.Done);
    }

    private GenerationOptions How(Invocation invocation, NamedModel model, string prompt)
    {
        var tokens = invocation.Get(_tokens);
        var options = model.Calls?.Options(prompt, tokens)
            ?? new() { MaxTokens = tokens, EndTokens = model.Models.Target.Tokenizer.EndOfText is { } end ? [end] : [] };
        options = options with { Sampling = new() { Temperature = invocation.Get(_temperature), Seed = invocation.Get(_seed) } };
        try
        {
            options.Validate();
        }
        catch (GenerationOptionsInvalidException error)
        {
            throw new BadUsageException(error.Message);
        }

        return options;
    }

    private static void Write(Invocation invocation, TextGeneration generation, string draft, CancellationToken cancellationToken)
    {
        while (generation.Finish == FinishReason.None)
        {
            cancellationToken.ThrowIfCancellationRequested();
            generation.Advance(out var text);
            if (!invocation.Screen.Json)
            {
                invocation.Surroundings.Output.Write(text);
                invocation.Surroundings.Output.Flush();
            }
        }

        var account = generation.Statistics;
        var result = new
        {
            text = generation.Text,
            tokens = account.Tokens,
            forwards = account.Forwards,
            acceptedLength = Math.Round(account.AcceptedLength, 3),
            tokensPerSecond = Math.Round(account.TokensPerSecond, 1),
            finish = generation.Finish.ToString().ToLowerInvariant(),
            draft,
            promptTokens = account.PromptTokens,
            prefillMilliseconds = Math.Round(account.PrefillMilliseconds, 2),
            draftMilliseconds = Math.Round(account.DraftMilliseconds, 2),
            verifyMilliseconds = Math.Round(account.VerifyMilliseconds, 2),
        };
        invocation.Screen.Result(result, console => console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"\n\n{account.Tokens} tokens in {account.Forwards} passes after the prompt ({account.AcceptedLength:0.00} a pass), {account.TokensPerSecond:0} tokens/s; ahead of it: {draft}")));
    }
}
