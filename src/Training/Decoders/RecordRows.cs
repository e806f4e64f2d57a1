using Understudy.Inference.Datasets;
using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Tokenization;

namespace Understudy.Training.Decoders;

/// <summary>
/// Texts and their answers as token rows; only what follows the text is to be predicted. By rationales a row is <c>text ### rationale --> answer END</c>
/// (Fine-tune-CoT, arXiv 2212.10071), with <see cref="FunctionCallPrompt.CallToken"/> for the first mark and <see cref="FunctionCallPrompt.AnswerToken"/> for the second.
/// </summary>
/// <param name="records">Each with a rationale, if they are taught by those.</param>
/// <param name="readings">How often a text stands in its prompt.</param>
internal sealed class RecordRows(IReadOnlyList<CompletionRecord> records, TextTokenizer tokenizer, RecordTeaching teaching, int readings) : IRequestRows
{
    private readonly TokenRow[] _rows = [.. records.Select(record => Of(record, tokenizer, teaching, readings))];

    public int Count => _rows.Length;

    public int Length(int request) => _rows[request].Ids.Length;

    public TokenRow Row(int request, Random random) => _rows[request];

    public static TokenRow Of(CompletionRecord record, TextTokenizer tokenizer, RecordTeaching teaching, int readings)
    {
        var prompt = FunctionCallPrompt.EncodeReadings(tokenizer, record.Text, readings, int.MaxValue);
        int[] reason = teaching == RecordTeaching.Rationales ? [.. tokenizer.Encode(record.Rationale!), FunctionCallPrompt.AnswerMarker(tokenizer)!.Value] : [];
        return new([.. prompt, .. reason, .. tokenizer.Encode(record.Completion), tokenizer.EndOfText!.Value], prompt.Length);
    }
}
