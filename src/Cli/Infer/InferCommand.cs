using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;
using Understudy.Cli.Datasets;
using Understudy.Cli.Shell;
using Understudy.Inference.Pipelines;

namespace Understudy.Cli.Infer;

/// <summary><c>understudy infer --task NAME [TEXT | --file FILE]</c>: one answer with its receipt in words; reads standard input when nothing is given.</summary>
internal sealed class InferCommand : CliCommand
{
    private readonly Option<string> _task = SharedOptions.Task();
    private readonly Option<string?> _release = new("--release") { Description = "The release (default: the stable one).", HelpName = "VERSION" };
    private readonly Option<string?> _file = new("--file", "-f") { Description = "Read the input from a file.", HelpName = "FILE" };
    private readonly Argument<string?> _text = new("TEXT") { Description = "The input (default: standard input).", Arity = ArgumentArity.ZeroOrOne };

    public InferCommand(SharedOptions shared)
        : base(shared, "infer", "Answers one input.")
    {
        Options.Add(_task);
        Options.Add(_release);
        Options.Add(_file);
        Arguments.Add(_text);
    }

    protected override async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var text = await ReadAsync(invocation, cancellationToken).ConfigureAwait(false);
        var pipeline = new JointInference(invocation.Catalog, leads: invocation.Leads);

        if (WarmUp(invocation, text) is { } other)
        {
            await AnswerAsync(other).ConfigureAwait(false);
        }

        var answers = await AnswerAsync(text).ConfigureAwait(false);
        var words = answers[0].Receipt.Describe();
        invocation.Screen.Result(With(answers[0], words), console =>
        {
            console.WriteLine($"{answers[0].Label ?? answers[0].Completion} ({answers[0].Receipt.Certainty()})");
            console.WriteLine(words);
        });
        return CommandLine.Done;

        Task<IReadOnlyList<Answer>> AnswerAsync(string input) => pipeline.InferAsync(
            invocation.Get(_task)!, [new InferenceInput("input", input)], cancellationToken, invocation.Get(_release));
    }

    /// <summary>
    /// What is answered before the account begins: the first run of a model in a process pays for compiling code and taking memory, and the receipt is to be of one that serves.
    /// Null where a lead elsewhere would be asked twice. Language models remember what they wrote, so to them the input is turned round.
    /// </summary>
    private string? WarmUp(Invocation invocation, string text)
    {
        using var lease = invocation.Catalog.Acquire(invocation.Get(_task)!, invocation.Get(_release));
        return lease.Release.Definition.Lead is { IsRemote: true } ? null
            : lease.Release.Calls is null ? text
            : string.Concat(text.EnumerateRunes().Reverse());
    }

    private static JsonObject With(Answer answer, string words)
    {
        var result = JsonSerializer.SerializeToNode(answer, CliJson.Line)!.AsObject();
        result["words"] = words;
        return result;
    }

    private async Task<string> ReadAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var (text, file) = (invocation.Get(_text), invocation.Get(_file));
        if (text is not null && file is not null)
        {
            throw new BadUsageException("TEXT and --file both give an input. Give one of them.");
        }

        if (text is null && file is null && invocation.Surroundings.InputIsTerminal)
        {
            throw new BadUsageException("There is no input. Give TEXT, --file FILE, or pipe it in.");
        }

        text ??= file is not null
            ? await InputFile.TextAsync(file, cancellationToken).ConfigureAwait(false)
            : await invocation.Surroundings.Input().ReadToEndAsync(cancellationToken).ConfigureAwait(false);
        return string.IsNullOrWhiteSpace(text) ? throw new BadUsageException("The input is empty. Give some text.") : text;
    }
}
