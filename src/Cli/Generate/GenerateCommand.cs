using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Understudy.Cli.Shell;
using Understudy.Inference.Decoding;
using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Speculation;

namespace Understudy.Cli.Generate;

/// <summary><c>understudy generate --model M --prompt P</c>: text from a language model, with what goes ahead of it.</summary>
internal sealed class GenerateCommand : CliCommand
{
    private const string None = "none", Tree = "tree";

    /// <summary>Tokens of a text that belongs to no task.</summary>
    private const int Default = 128;

    /// <summary>Tokens written before the account begins.</summary>
    private const int WarmUp = 8;

    private readonly Option<string> _model = new("--model", "-m") { Description = "'lead', 'draft', a generation task, or the path of an .onnx file.", HelpName = "M", Required = true };
    private readonly Option<string> _prompt = new("--prompt", "-p") { Description = "What to go on from; for a task, the request.", HelpName = "TEXT", Required = true };
    private readonly Option<string> _draft = new("--draft") { Description = $"Who goes ahead: {string.Join(", ", Understudies.Names)}, tree (all of them), none.", HelpName = "D", DefaultValueFactory = _ => None };
    private readonly Option<int?> _tokens = Numbers.Optional<int>("--max-tokens", $"The most tokens (default: {Default}; for a task as many as it serves with).", "N", "a whole number");
    private readonly Option<double> _temperature = Numbers.Option("--temperature", "0 for the most likely token each time.", "T", 0.0, "a number");
    private readonly Option<int?> _seed = Numbers.Optional<int>("--seed", "For the same text again.", "S", "a whole number");

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
        var tokens = model.Calls?.Prompt(prompt) ?? FunctionCallPrompt.EncodeRunningText(tokenizer, prompt);
        var options = How(invocation, model, prompt);
        if (options.Grammar is { } grammar && options.MaxTokens < grammar.ShortestTokens)
        {
            throw new BadUsageException($"--max-tokens {options.MaxTokens} is too few: the task's shortest answer has {grammar.ShortestTokens} tokens.");
        }

        string[] ahead = draft switch { None => [], Tree => [.. available], _ => [draft] };
        Warm(model.Models, tokens, options, ahead, cancellationToken);
        using var speculator = Ahead(model.Models, options, ahead);
        using var generation = model.Models.Target.Generate(tokens, options, speculator);
        Write(invocation, generation, draft, speculator?.Name, cancellationToken);
        return Task.FromResult(CommandLine.Done);
    }

    /// <summary>With a seed nobody may decide by the clock how far to go ahead: that would change which draw is for which token.</summary>
    private static Speculator? Ahead(Understudies models, GenerationOptions options, string[] names) =>
        names.Length == 0 ? null : models.New(names, adaptive: options.Sampling.IsGreedy || options.Sampling.Seed is null);

    /// <summary>
    /// The first passes in a process pay for compiling code and taking memory; the account is to be of a model that serves. The prompt is
    /// turned round, so that nothing of the real one is kept, and the cache is left out, so that it knows no answer.
    /// </summary>
    private static void Warm(Understudies models, int[] tokens, GenerationOptions options, string[] names, CancellationToken cancellationToken)
    {
        using var speculator = Ahead(models, options, [.. names.Where(name => name != "cache")]);
        using var generation = models.Target.Generate([.. tokens.Reverse()], options with { Grammar = null, AnswerToken = null, MaxTokens = WarmUp, EndTokens = [] }, speculator);
        generation.Run(cancellationToken);
    }

    private GenerationOptions How(Invocation invocation, NamedModel model, string prompt)
    {
        var tokens = invocation.Get(_tokens) ?? (model.Calls is null ? Default : FunctionCallTask.LongestAnswer(model.Models.Target.Decoder.MaxTokens));
        if (tokens < 1)
        {
            throw new BadUsageException(string.Create(CultureInfo.InvariantCulture, $"--max-tokens is {tokens}; it must be at least 1."));
        }

        var options = model.Calls?.Options(prompt, tokens)
            ?? new() { MaxTokens = tokens, EndTokens = model.Models.Target.EndTokens };
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

    private static void Write(Invocation invocation, TextGeneration generation, string draft, string? ahead, CancellationToken cancellationToken)
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
        var reason = generation.Reason is { } why ? $"\n\nbecause: {why}" : "";
        var result = new
        {
            text = generation.Text,
            tokens = account.Tokens,
            forwards = account.Forwards,
            acceptedLength = Math.Round(account.AcceptedLength, 3),
            tokensPerSecond = Math.Round(account.TokensPerSecond, 1),
            reason = generation.Reason,
            finish = generation.Finish.ToString().ToLowerInvariant(),
            draft,
            ahead,
            promptTokens = account.PromptTokens,
            prefillMilliseconds = Math.Round(account.PrefillMilliseconds, 2),
            draftMilliseconds = Math.Round(account.DraftMilliseconds, 2),
            verifyMilliseconds = Math.Round(account.VerifyMilliseconds, 2),
        };
        invocation.Screen.Result(result, console => console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{reason}\n\n{account.Tokens} tokens in {account.Forwards} passes after the prompt ({account.AcceptedLength:0.00} a pass), {account.TokensPerSecond:0} tokens/s; ahead of it: {ahead ?? None}")));
    }
}
