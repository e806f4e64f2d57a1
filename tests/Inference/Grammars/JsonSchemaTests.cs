using System.Text;
using System.Text.Json;
using Understudy.Inference.Grammars;
using Understudy.Inference.Tokenization;

namespace Understudy.Inference.Tests.Grammars;

/// <summary>Which schemas become grammars, and what their words mean.</summary>
public sealed class JsonSchemaTests
{
    [Theory]
    [InlineData("""{ "enum": [] }""", "nothing satisfies")]
    [InlineData("false", "nothing satisfies")]
    [InlineData("""{ "type": "object", "required": ["x"] }""", "'x' is required and not among")]
    [InlineData("""{ "type": "string", "minLength": 3, "maxLength": 2 }""", "minLength 3 is over maxLength 2")]
    [InlineData("""{ "type": "string", "pattern": "a*" }""", "'pattern' is not supported")]
    [InlineData("""{ "type": "array", "items": { "type": "date" } }""", "#/items: type 'date' is not known")]
    [InlineData("""{ "anyOf": [ { "type": "string" }, { "enum": ["a"] } ] }""", "cannot be told apart")]
    [InlineData("{}", "is missing")]
    [InlineData("""{ "type": "array", "minItems": 10000, "items": { "type": "string", "minLength": 10000 } }""", "#: the shortest text has 100030001 bytes, and 65536 are allowed; lower 'minItems'")]
    [InlineData("""{ "type": ["array", "null"], "minItems": 10000, "items": { "type": "string", "minLength": 10000 } }""", "#: the shortest text has 100030001 bytes, and 65536 are allowed; lower 'minItems'")]
    [InlineData("""{ "type": "object", "required": ["a"], "properties": { "a": { "type": "array", "minItems": 9999, "items": { "type": "array", "minItems": 9999, "items": { "type": "null" } } } } }""", "#/properties/a: the shortest text has 499920004 bytes")]
    [InlineData("""{ "type": ["integer", "null"], "minimum": 1 }""", "'minimum' is not supported")]
    [InlineData("""{ "type": ["string", "null"], "pattern": "^[A-Z]{3}$" }""", "'pattern' is not supported here; known are type, minLength, maxLength")]
    [InlineData("""{ "type": ["string", "null"], "minItems": 1 }""", "'minItems' is not supported")]
    [InlineData("""{ "enum": ["a", null], "type": ["string", "null"], "minLength": 1 }""", "'minLength' is not supported")]
    [InlineData("""{ "enum": ["a", 1.5, true], "type": ["integer", "null"] }""", "#: none of the 'enum' values is of 'type' integer or null, so nothing satisfies the schema")]
    [InlineData("""{ "type": "string", "const": 1 }""", "#: the 'const' is not of 'type' string, so nothing satisfies the schema")]
    [InlineData("""{ "enum": ["a", "b"], "const": "c" }""", "#: none of the 'enum' values is the 'const', so nothing satisfies the schema")]
    [InlineData("""{ "type": "text", "enum": ["a"] }""", "type 'text' is not known; use object, array")]
    [InlineData("""{ "type": [], "enum": ["a"] }""", "'type' is empty")]
    [InlineData("""{ "type": "object", "properties": [] }""", "'properties' must be an object")]
    [InlineData("""{ "type": "object", "required": "a", "properties": { "a": { "type": "null" } } }""", "'required' must be an array")]
    [InlineData("""{ "type": "object", "properties": { "\ud800": { "type": "null" } } }""", "half of a surrogate pair")]
    [InlineData("""{ "enum": ["\ud800"] }""", "half of a surrogate pair")]
    [InlineData("""{ "type": "\udc00" }""", "half of a surrogate pair")]
    [InlineData("""{ "type": "object", "required": ["\ud800"], "properties": { } }""", "half of a surrogate pair")]
    public void FromJsonSchema_WhatCannotBeSatisfiedOrKept_SaysWhere(string schema, string reason) =>
        Assert.Contains(reason, Assert.Throws<GrammarInvalidException>(() => TokenGrammarTests.Grammar(schema)).Message);

    [Fact]
    public void FromJsonSchema_SeveralTypes_EachHasItsWords()
    {
        var grammar = TokenGrammarTests.Grammar("""{ "type": ["string", "array", "null"], "minLength": 2, "maxLength": 3, "minItems": 1, "items": { "type": "integer" } }""");
        bool Allows(string text)
        {
            var cursor = grammar.Begin(200);
            return Encoding.UTF8.GetBytes(text).All(next => cursor.TryAdvance(1 + next)) && cursor.HasEnded;
        }

        Assert.All(["\"ab\"", "\"abc\"", "[1]", "[1,2]", "null"], text => Assert.True(Allows(text), text));
        Assert.All(["\"a\"", "\"abcd\"", "[]", "[null]"], text => Assert.False(Allows(text), text));
    }

    [Theory]
    [InlineData("""{ "enum": ["a", 1, 2.0, 1.5, null, true, [1], {}], "type": ["integer", "null"] }""", "1|2.0|null")]
    [InlineData("""{ "enum": ["a", 1, 1.5, null, true, [1], {}], "type": "number" }""", "1|1.5")]
    [InlineData("""{ "enum": ["a", 1, true, [1], {}], "type": ["array", "object", "boolean"] }""", "true|[1]|{}")]
    [InlineData("""{ "enum": ["a", "b"], "const": "b" }""", "\"b\"")]
    [InlineData("""{ "type": "string", "const": "b" }""", "\"b\"")]
    public void FromJsonSchema_ChoiceWithATypeOrConst_HasTheValuesOfBoth(string schema, string expected)
    {
        var grammar = TokenGrammarTests.Grammar(schema);
        bool Allows(string text)
        {
            var cursor = grammar.Begin(200);
            return Encoding.UTF8.GetBytes(text).All(next => cursor.TryAdvance(1 + next)) && (cursor.HasEnded || cursor.TryAdvance(0));
        }

        string[] values = ["\"a\"", "\"b\"", "1", "2.0", "1.5", "null", "true", "[1]", "{}"];
        Assert.Equal(expected.Split('|'), values.Where(Allows));
    }

    /// <summary>Read once for every time that it is named, a type within a type within a type would take for ever.</summary>
    [Fact]
    public void FromJsonSchema_TypeNamedTwiceAtEveryDepth_IsReadOnce()
    {
        var schema = """{ "type": "null" }""";
        for (var depth = 0; depth < 32; depth++)
        {
            schema = $$"""{ "type": ["array", "array"], "minItems": 1, "items": {{schema}} }""";
        }

        Assert.Equal(64 + 4, TokenGrammarTests.Grammar(schema).ShortestTokens);
    }

    /// <summary>Kept for every place in it, what is left of a long text would fill the memory.</summary>
    [Fact]
    public void FromJsonSchema_LongChoice_TakesMemoryByItsLength()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var schema = JsonSerializer.Serialize(new { @enum = new[] { new string('x', 30_000), new string('y', 30_001) } });
        Assert.Equal(30_002, TokenGrammarTests.Grammar(schema).ShortestTokens);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000_000);
    }

    [Fact]
    public void FromJsonSchema_OfOneTokenizer_ShareItsTrie()
    {
        var tokenizer = BpeTrainer.Train(["call"], new() { Vocabulary = 260, SpecialTokens = [BpeTraining.EndOfTextToken] });
        TokenGrammar[] grammars = [.. ((string[])["""{ "type": "null" }""", """{ "enum": ["call"] }"""]).Select(schema => TokenGrammar.FromJsonSchema(JsonDocument.Parse(schema).RootElement, tokenizer))];
        Assert.Same(grammars[0].Trie, grammars[1].Trie);
        Assert.Equal(tokenizer.VocabularySize, grammars[0].Vocabulary);
        Assert.False(grammars[0].Begin(9).Mask![tokenizer.Id(BpeTraining.EndOfTextToken)!.Value]);
    }
}
