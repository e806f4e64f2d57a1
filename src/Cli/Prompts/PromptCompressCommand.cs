using System.CommandLine;
using System.Globalization;
using Understudy.Cli.Datasets;
using Understudy.Cli.Shell;
using Understudy.Inference.PromptCompression;

namespace Understudy.Cli.Prompts;

/// <summary><c>understudy prompt compress --question Q --context FILE</c>: the prompt with the parts of the context that the question needs.</summary>
internal sealed class PromptCompressCommand : CliCommand
{
    private readonly Option<double> _ratio = CompressionRatio.Option();
    private readonly Option<string> _question = new("--question", "-q") { Description = "What the context is read for; stays whole.", HelpName = "TEXT", DefaultValueFactory = _ => "" };
    private readonly Option<string> _instruction = new("--instruction") { Description = "What the large model is told to do; stays whole.", HelpName = "TEXT", DefaultValueFactory = _ => "" };
    private readonly Option<string?> _context = new("--context", "-c") { Description = "Documents: the paragraphs of a text, or with .jsonl an object with 'text', and a 'title' if there is one, a line (default: standard input).", HelpName = "FILE" };
    private readonly Option<string[]> _protect = new("--protect") { Description = "A word that stays wherever it stands. Can be given more than once.", HelpName = "WORD", DefaultValueFactory = _ => [] };
    private readonly Option<bool> _keepOrder = new("--keep-order") { Description = "Leave the documents in their order (default: the most relevant first)." };
    private readonly Option<bool> _conversation = new("--conversation") { Description = "The documents are turns of a conversation." };

    public PromptCompressCommand(SharedOptions shared)
        : base(shared, "compress", "Shortens a prompt to what its question needs.")
    {
        foreach (var option in (Option[])[_ratio, _question, _instruction, _context, _protect, _keepOrder, _conversation])
        {
            Options.Add(option);
        }
    }

    protected override async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var options = new CompressionOptions
        {
            Ratio = invocation.Get(_ratio),
            Protected = invocation.Get(_protect)!,
            Reorder = !invocation.Get(_keepOrder),
            Consecutive = invocation.Get(_conversation),
        };
        if (options.Problems() is { Count: > 0 } problems)
        {
            throw new BadUsageException($"{string.Join("; ", problems)}.");
        }

        var prompt = new PromptParts
        {
            Instruction = invocation.Get(_instruction)!,
            Documents = await ReadAsync(invocation, cancellationToken).ConfigureAwait(false),
            Question = invocation.Get(_question)!,
        };
        var compressed = new PromptCompressor().Compress(prompt, options);
        invocation.Screen.Result(CompressedPromptView.Of(compressed), _ => invocation.Surroundings.Output.WriteLine(compressed.Parts));
        if (!invocation.Screen.Json)
        {
            invocation.Screen.Note(compressed.Yielded is { } reason
                ? $"Left as it is ({compressed.TokensBefore:N0} tokens): {reason}."
                : string.Create(CultureInfo.InvariantCulture, $"{compressed.TokensBefore:N0} → {compressed.TokensAfter:N0} tokens."));
        }

        return CommandLine.Done;
    }

    private async Task<IReadOnlyList<PromptDocument>> ReadAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var file = invocation.Get(_context);
        if (file is null && invocation.Surroundings.InputIsTerminal)
        {
            throw new BadUsageException("There is no context. Give --context FILE, or pipe it in.");
        }

        if (file?.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase) == true)
        {
            return DocumentFile.Read(file);
        }

        var text = file is not null
            ? await InputFile.TextAsync(file, cancellationToken).ConfigureAwait(false)
            : await invocation.Surroundings.Input().ReadToEndAsync(cancellationToken).ConfigureAwait(false);
        return PromptDocument.Paragraphs(text) is { Count: > 0 } documents ? documents : throw new BadUsageException("The context is empty. Give some text.");
    }
}
