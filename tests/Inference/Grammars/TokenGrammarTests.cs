using System.Text;
using System.Text.Json;
using CsCheck;
using Understudy.Inference.Decoding;
using Understudy.Inference.Grammars;
using Understudy.Inference.Speculation;
using Understudy.Inference.Tests.Decoding;
using Understudy.Inference.Tests.Speculation;
using Understudy.Training.Onnx;

namespace Understudy.Inference.Tests.Grammars;

public sealed class TokenGrammarTests
{
    private const string Call = """
        { "type": "object", "required": ["intent", "slots"], "properties": {
            "intent": { "enum": ["PlayMusic", "PlayGame", "Ask \"why\""] },
            "slots": { "type": "object", "properties": { "artist": { "type": "string" }, "art": { "type": "string" }, "year": { "type": "string" } } } } }
        """;

    private const string Extract = """{ "type": "object", "required": ["artist"], "properties": { "artist": { "type": "string", "format": "extract" } } }""";

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private const string Everything = """
        { "type": "object", "required": ["n", "list"], "properties": {
            "n": { "type": "number" }, "i": { "type": ["integer", "null"] }, "yes": { "type": "boolean" },
            "s": { "type": "string", "minLength": 2, "maxLength": 3 },
            "list": { "type": "array", "minItems": 1, "maxItems": 3, "items": { "anyOf": [ { "enum": ["a", "ab"] }, { "type": "integer" } ] } } } }
        """;

    /// <summary>All bytes, and some longer tokens that cross the borders of JSON's parts.</summary>
    private static readonly byte[]?[] Vocabulary =
    [
        null, // an end token
        .. Enumerable.Range(0, 256).Select(value => new[] { (byte)value }),
        .. new[] { "{\"intent\":\"", "\"}", "\",\"slots\":{", "\"}}", "Play", "Music", "artist\":", ", \"", "é", "😀", "12", "true", "\"a", "[\"", "},", "\\\"" }.Select(Encoding.UTF8.GetBytes),
    ];

    [Theory]
    [InlineData(Call)]
    [InlineData(Everything)]
    public void Mask_AnyChoicesAndLimit_EndInValidJsonOfTheSchema(string schema)
    {
        var grammar = Grammar(schema);
        var lengths = new HashSet<int>();
        Gen.Select(Gen.Int[0, 60], Gen.Int[0, int.MaxValue - 1]).Sample((more, seed) =>
        {
            var (text, tokens) = Write(grammar, grammar.ShortestTokens + more, new Random(seed));
            Assert.True(tokens <= grammar.ShortestTokens + more);
            using var json = JsonDocument.Parse(text);
            Check(JsonDocument.Parse(schema).RootElement, json.RootElement);
            lengths.Add(tokens);
        }, iter: 1500, threads: 1);
        Assert.True(lengths.Count > 20);
    }

    [Fact]
    public void Mask_Extract_WritesStretchesOfWholeWordsOfTheInput()
    {
        string[] words = ["the", "then", "\"the\"", "é😀", "a,", ","];
        var separated = 0;
        Gen.Select(Gen.OneOfConst(words).Array[1, 7], Gen.Int[0, 40], Gen.Int[0, int.MaxValue - 1]).Sample((input, more, seed) =>
        {
            var grammar = Grammar(Extract, string.Join("  ", input));
            var (text, _) = Write(grammar, grammar.ShortestTokens + more, new Random(seed));
            using var json = JsonDocument.Parse(text);
            var value = json.RootElement.GetProperty("artist").GetString()!;
            Assert.True(IsExtract(value.Split(' '), input), $"'{value}' is not of '{string.Join(' ', input)}'");
            separated += $" {string.Join(' ', input)} ".Contains($" {value} ", StringComparison.Ordinal) ? 0 : 1;
        }, iter: 1500, threads: 1);
        Assert.True(separated > 20);
    }

    [Fact]
    public void Mask_EveryStretchOfTheInput_IsAllowedAndNothingElseIs()
    {
        const string Input = "play \"art\" by the the band";
        var words = Input.Split(' ');
        bool Allows(string value)
        {
            var cursor = Grammar(Extract, Input).Begin(200);
            return Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new { artist = value }, Relaxed)).All(next => cursor.TryAdvance(1 + next)) && cursor.HasEnded;
        }

        for (var from = 0; from < words.Length; from++)
        {
            Assert.All(Enumerable.Range(from + 1, words.Length - from), to => Assert.True(Allows(string.Join(' ', words[from..to]))));
        }

        Assert.True(Allows("band, play"));
        Assert.All(["", "pla", "he", "the band by", "play ", " play", "play,by", "play, ", "art"], value => Assert.False(Allows(value), value));
    }

    /// <summary>Whether words are stretches of the input, each but the last ending in the separator's comma.</summary>
    private static bool IsExtract(ReadOnlySpan<string> value, string[] input)
    {
        for (var taken = 1; taken <= value.Length; taken++)
        {
            var last = value[taken - 1];
            if (input.AsSpan().IndexOf(value[..taken]) >= 0 && taken == value.Length)
            {
                return true;
            }

            string[] cut = [.. value[..(taken - 1)], last.EndsWith(',') ? last[..^1] : " "];
            if (taken < value.Length && input.AsSpan().IndexOf(cut) >= 0 && IsExtract(value[taken..], input))
            {
                return true;
            }
        }

        return false;
    }

    [Fact]
    public void Mask_EveryValidText_IsAllowedTokenByToken()
    {
        foreach (var text in (string[])[
            """{"intent":"PlayMusic","slots":{}}""", """{"slots": {"year": "é😀\n", "art":"","artist":"x"}, "intent": "Ask \"why\""}"""])
        {
            var cursor = Grammar(Call).Begin(200);
            foreach (var value in Encoding.UTF8.GetBytes(text))
            {
                Assert.True(cursor.Mask![value + 1], $"'{(char)value}' in {text}");
                cursor.Advance(value + 1);
            }

            Assert.True(cursor.HasEnded);
        }
    }

    [Theory]
    [InlineData(Call)]
    [InlineData(Everything)]
    [InlineData(Extract)]
    public void Few_AnyPlace_AreAllTheBytesThatCanComeButSpaces(string schema)
    {
        var few = 0;
        Gen.Int[0, int.MaxValue - 1].Sample(seed =>
        {
            var random = new Random(seed);
            var grammar = Grammar(schema, "play \"art\" by the the band, the theme");
            for (var (state, steps) = (grammar.State(grammar.Start), 0); !state.IsFinal && steps < 100; steps++)
            {
                byte[] allowed = [.. Enumerable.Range(0, 256).Select(next => (byte)next).Where(next => state.Next(next, grammar) is not null)];
                byte[] listed = [.. state.Few(grammar).Select(next => next.Byte)];
                if (listed.Length > 0)
                {
                    Assert.Equal(allowed.Where(next => next != ' ' || listed.Contains(next)), listed);
                    Assert.True(allowed.Length <= listed.Length + 1);
                    few++;
                }

                state = state.Next(allowed[random.Next(allowed.Length)], grammar)!;
            }
        }, iter: 200, threads: 1);
        Assert.True(few > 1000, $"only {few} places were looked at");
    }

    [Fact]
    public void Outlook_WhatIsDetermined_IsFollowedThroughForks()
    {
        var cursor = Grammar(Extract, "play art by the band").Begin(100);

        Assert.Equal(["{\"artist\":\""], Ways(cursor));
        foreach (var next in "{\"artist\":\"b"u8)
        {
            cursor.Advance(next + 1);
        }

        // By, or the band: then on in the input, another stretch of it, or the end.
        Assert.Equal(["and\"}", "and, ", "y the", "y\"}", "y, "], Ways(cursor));
    }

    private static string[] Ways(GrammarCursor cursor)
    {
        List<GrammarWay> ways = [];
        cursor.Outlook(mostBytes: 40, mostForks: 2, ways);
        return [.. ways.Select(way => Encoding.UTF8.GetString(way.Bytes))];
    }

    [Theory]
    [InlineData("""{"intent":"PlayX""")]
    [InlineData("""{"intent":"PlayGame","i""")]
    [InlineData("""{"intent":"PlayGame"}""")]
    [InlineData("""{"intent":"PlayGame","slots":{"artist":"a","arti""")]
    [InlineData("""{"intent":"PlayGame","slots":{}}x""")]
    [InlineData("""{"slots":{"art":"\u""")]
    [InlineData("{\"slots\":{\"art\":\"\n")]
    [InlineData("""{"slots":{}, """ + " ")]
    public void TryAdvance_WhatBreaksTheSchema_IsRefusedAtItsLastByte(string text)
    {
        var cursor = Grammar(Call).Begin(200);
        var bytes = Encoding.UTF8.GetBytes(text);
        Assert.All(bytes[..^1], value => Assert.True(cursor.TryAdvance(value + 1)));
        Assert.False(cursor.TryAdvance(bytes[^1] + 1));
    }

    [Fact]
    public void Mask_EndTokenThatCouldBeSpelled_StandsAtTheEndAlone()
    {
        var end = Vocabulary.Length;
        var grammar = new TokenGrammar(JsonSchemaReader.Read(JsonDocument.Parse("""{ "type": "string" }""").RootElement), [.. Vocabulary, "</s>"u8.ToArray()], [end]);
        var cursor = grammar.Begin(20);
        cursor.Advance('"' + 1);

        Assert.False(cursor.Mask![end]);
        Assert.False(cursor.Allows(end));
        Assert.True(cursor.Allows('<' + 1));
        cursor.Advance('"' + 1);
        Assert.True(cursor.Allows(end));
    }

    [Fact]
    public void TryAdvance_BrokenUtf8_IsRefused()
    {
        foreach (var bytes in (byte[][])[[0x80], [0xC0], [0xE0, 0x80], [0xED, 0xA0], [0xF4, 0x90], [0xF5], [0xC3, (byte)'"']])
        {
            var cursor = Grammar("""{ "type": "string" }""").Begin(20);
            cursor.Advance('"' + 1);
            Assert.All(bytes[..^1], value => Assert.True(cursor.TryAdvance(value + 1)));
            Assert.False(cursor.TryAdvance(bytes[^1] + 1));
        }
    }

    [Fact]
    public void Begin_TooFewTokens_SaysHowManyAreNeeded()
    {
        var grammar = Grammar(Call);
        Assert.Contains($"{grammar.ShortestTokens} tokens", Assert.Throws<GrammarInvalidException>(() => grammar.Begin(grammar.ShortestTokens - 1)).Message);
        Assert.Contains("no tokens for", Assert.Throws<GrammarInvalidException>(
            () => new TokenGrammar(JsonSchemaReader.Read(JsonDocument.Parse(Call).RootElement), [.. Vocabulary.Take('z')], [0])).Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1.0)]
    public void Generation_UnderAGrammar_IsValidWithAndWithoutSpeculation(double temperature)
    {
        var shape = TinyDecoder.Small with { Vocabulary = Vocabulary.Length };
        using var target = new TinyDecoder(spread: 3, shape: shape);
        using var draft = new TinyDecoder(precision: DecoderPrecision.Int4, spread: 3, shape: shape);
        using var heads = new TinyMedusa(target);
        using var session = target.Model.NewSession();
        using var speculator = GenerationTests.Speculator("all", draft, heads, adaptive: false);
        var grammar = Grammar(Call);
        for (var i = 0; i < 12; i++)
        {
            var options = new GenerationOptions { MaxTokens = grammar.ShortestTokens + (i * 4), Grammar = grammar, EndTokens = [0], Sampling = new() { Temperature = temperature, Seed = i } };
            var plain = Text(session, options, null);
            var speculative = Text(session, options, speculator);
            foreach (var text in (string[])[plain, speculative])
            {
                using var json = JsonDocument.Parse(text);
                Check(JsonDocument.Parse(Call).RootElement, json.RootElement);
            }

            if (temperature == 0)
            {
                Assert.Equal(plain, speculative);
            }
        }
    }

    /// <summary>Only an end token could follow the last digit of a number.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1.0)]
    public void Generation_NumberOfAModelWithoutEndTokens_StopsWhereNothingCanFollow(double temperature)
    {
        using var target = new TinyDecoder(spread: 3, shape: TinyDecoder.Small with { Vocabulary = Vocabulary.Length });
        using var session = target.Model.NewSession();
        var grammar = new TokenGrammar(JsonSchemaReader.Read(JsonDocument.Parse("""{ "type": "integer" }""").RootElement), Vocabulary, []);
        for (var seed = 0; seed < 5; seed++)
        {
            var text = Text(session, new() { MaxTokens = 40, Grammar = grammar, Sampling = new() { Temperature = temperature, Seed = seed } }, null);
            using var json = JsonDocument.Parse(text);
            Assert.Equal(JsonValueKind.Number, json.RootElement.ValueKind);
        }
    }

    private static string Text(DecoderSession session, GenerationOptions options, Speculator? speculator)
    {
        using var generation = new Generation(session, [3, 1, 4], options, speculator);
        while (generation.Finish == FinishReason.None)
        {
            generation.Advance();
        }

        Assert.Equal(FinishReason.Stop, generation.Finish);
        return Encoding.UTF8.GetString([.. generation.Output.ToArray().SelectMany(token => Vocabulary[token] ?? [])]);
    }

    internal static TokenGrammar Grammar(string schema, string? input = null)
    {
        var grammar = new TokenGrammar(JsonSchemaReader.Read(JsonDocument.Parse(schema).RootElement), Vocabulary, [0]);
        return input is null ? grammar : grammar.ForInput(input);
    }

    private static (string Text, int Tokens) Write(TokenGrammar grammar, int limit, Random random)
    {
        var cursor = grammar.Begin(limit);
        List<byte> bytes = [];
        var tokens = 0;
        while (!cursor.HasEnded)
        {
            var allowed = Enumerable.Range(0, Vocabulary.Length).Where(token => cursor.Mask![token]).ToArray();
            Assert.Equal(allowed.Length, cursor.Mask!.Count);
            Assert.Equal(allowed, Enumerable.Range(0, Vocabulary.Length).Where(cursor.Allows));
            var token = allowed[random.Next(allowed.Length)];
            cursor.Advance(token);
            bytes.AddRange(Vocabulary[token] ?? []);
            tokens += Vocabulary[token] is null ? 0 : 1;
        }

        return (new UTF8Encoding(false, throwOnInvalidBytes: true).GetString([.. bytes]), tokens);
    }

    /// <summary>Plain validation of what the two schemas use.</summary>
    private static void Check(JsonElement schema, JsonElement value)
    {
        if (schema.TryGetProperty("anyOf", out var kinds))
        {
            Assert.Contains(kinds.EnumerateArray(), kind => kind.TryGetProperty("enum", out _) == (value.ValueKind == JsonValueKind.String));
            return;
        }

        if (schema.TryGetProperty("enum", out var texts))
        {
            Assert.Contains(value.GetString(), texts.EnumerateArray().Select(text => text.GetString()));
            return;
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                var names = value.EnumerateObject().Select(property => property.Name).ToArray();
                Assert.Equal(names.Distinct(), names);
                var required = schema.TryGetProperty("required", out var list) ? list.EnumerateArray().Select(name => name.GetString()!) : [];
                Assert.All(required, name => Assert.Contains(name, names));
                Assert.All(value.EnumerateObject(), property => Check(schema.GetProperty("properties").GetProperty(property.Name), property.Value));
                break;
            case JsonValueKind.Array:
                Assert.InRange(value.GetArrayLength(), 1, 3);
                Assert.All(value.EnumerateArray(), item => Check(schema.GetProperty("items"), item));
                break;
            case JsonValueKind.String:
                Assert.Equal("string", schema.GetProperty("type").GetString());
                var length = value.GetString()!.EnumerateRunes().Count();
                Assert.InRange(length, schema.TryGetProperty("minLength", out var least) ? least.GetInt32() : 0, schema.TryGetProperty("maxLength", out var most) ? most.GetInt32() : 999);
                break;
            default:
                Assert.Contains(schema.GetProperty("type").ToString(), (string[])["number", "boolean", """["integer", "null"]""", "integer"]);
                break;
        }
    }
}
