using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Understudy.Inference.Grammars;
using Understudy.Verifier.OpenAi;

namespace Understudy.Verifier.Tests.OpenAi;

public sealed class CallReaderTests(VerifierFixture fixture) : IClassFixture<VerifierFixture>
{
    private readonly CompletionReader _reader = fixture.Verifier.App.Services.GetRequiredService<CompletionReader>();

    [Fact]
    public void Read_SchemasOfManyPlaces_AreForgottenButByThoseWhoUseOne()
    {
        var first = Written(Schema(10_000));
        Assert.Same(first.Grammar, Schema(10_000));
        var second = Written(Schema(9_999));
        Assert.InRange(first.Grammar.Places + second.Grammar.Places, 8192, int.MaxValue);
        Assert.InRange(Schema(10_000).Places + Schema(9_999).Places, 0, 8191);
        Assert.True(Tokens("aaa").All(second.Cursor.TryAdvance));
    }

    /// <summary>A grammar in which a text has been written, and where that stands.</summary>
    private (TokenGrammar Grammar, GrammarCursor Cursor) Written(TokenGrammar grammar)
    {
        var cursor = grammar.Begin(int.MaxValue);
        Assert.True(Tokens("\"" + new string('a', 5000)).All(cursor.TryAdvance));
        return (grammar, cursor);
    }

    private TokenGrammar Schema(int longest)
    {
        using var body = JsonDocument.Parse("""
            {"model":"tiny","prompt":"x","response_format":{"type":"json_schema","json_schema":{"schema":{"type":"string","maxLength":LONGEST}}}}
            """.Replace("LONGEST", longest.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
        return _reader.Read(body.RootElement).Grammar!();
    }

    private int[] Tokens(string text) => fixture.Verifier.Reference.Tokenizer.Encode(text);
}
