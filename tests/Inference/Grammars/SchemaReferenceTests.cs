using System.Text;
using System.Text.Json;
using Understudy.Inference.Grammars;

namespace Understudy.Inference.Tests.Grammars;

/// <summary>Schemas in parts, as the helpers of OpenAI's clients write them for types within types.</summary>
public sealed class SchemaReferenceTests
{
    /// <summary>As pydantic writes it.</summary>
    private const string Order = """
        { "$defs": { "Size": { "enum": ["S", "L"], "title": "Size", "type": "string" },
                     "Item": { "properties": { "size": { "$ref": "#/$defs/Size", "description": "Its size." } }, "required": ["size"], "type": "object", "additionalProperties": false } },
          "properties": { "items": { "type": "array", "items": { "$ref": "#/$defs/Item" } }, "gift": { "anyOf": [ { "$ref": "#/$defs/Item" }, { "type": "null" } ] } },
          "required": ["items", "gift"], "type": "object", "additionalProperties": false }
        """;

    [Theory]
    [InlineData("""{"items":[{"size":"S"},{"size":"L"}],"gift":null}""", true)]
    [InlineData("""{"items":[],"gift":{"size":"L"}}""", true)]
    [InlineData("""{"items":[{"size":"M"}],"gift":null}""", false)]
    [InlineData("""{"items":[],"gift":{}}""", false)]
    public void Read_Definitions_AreHeldWhereTheyAreNamed(string text, bool allowed) => Assert.Equal(allowed, Allows(Order, text));

    [Theory]
    [InlineData("""{ "$ref": "#/definitions/A", "definitions": { "A": { "enum": ["x"] } }, "$schema": "http://json-schema.org/draft-07/schema#" }""")]
    [InlineData("""{ "$ref": "#/$defs/a~1b%20~0c", "$defs": { "a/b ~c": { "enum": ["x"] } } }""")]
    [InlineData("""{ "$ref": "#/$defs/A", "$defs": { "A": { "$ref": "#/$defs/B" }, "B": { "enum": ["x"] } } }""")]
    [InlineData("""{ "$ref": "#/$defs/A/properties/a", "$defs": { "A": { "type": "object", "properties": { "a": { "enum": ["x"] } } } } }""")]
    public void Read_ReferenceAtTheRoot_StandsForWhatItPointsTo(string schema) => Assert.True(Allows(schema, "\"x\""));

    [Theory]
    [InlineData("""{ "$ref": "#/$defs/A" }""", "#: '$ref' is '#/$defs/A', which is nothing in this schema; point to one under '#/$defs/'")]
    [InlineData("""{ "$ref": "https://example.org/order.json" }""", "which is nothing in this schema")]
    [InlineData("""{ "$ref": 1 }""", "'$ref' is '1'")]
    [InlineData("""{ "$ref": "#/$defs/A", "$defs": { "A": { "type": "array", "items": { "$ref": "#/$defs/A" } } } }""", "#/$defs/A/items: '$ref' leads back to '#/$defs/A'")]
    [InlineData("""{ "type": "array", "items": { "$ref": "#" } }""", "#/items: '$ref' leads back to '#'")]
    [InlineData("""{ "$ref": "#/$defs/A", "minLength": 1, "$defs": { "A": { "type": "string" } } }""", "#: 'minLength' is not supported here; known are $ref")]
    [InlineData("""{ "$ref": "#/$defs/A", "$defs": { "A": { "type": "string", "pattern": "a*" } } }""", "#/$defs/A: 'pattern' is not supported")]
    [InlineData("""{ "type": "array", "items": { "type": "null", "$defs": {} } }""", "#/items: '$defs' is not supported")]
    public void Read_ReferenceThatCannotBeFollowed_SaysWhere(string schema, string reason) => Assert.Contains(reason, Problems(schema).Single());

    [Fact]
    public void Read_DefinitionThatIsNamedTwice_HasItsProblemsOnce() => Assert.Single(Problems(
        """{ "type": "object", "properties": { "a": { "$ref": "#/$defs/A" }, "b": { "$ref": "#/$defs/A" } }, "$defs": { "A": { "type": "date" } } }"""));

    /// <summary>Each definition names the next one twice: written out they would be 2 to the power of 14.</summary>
    [Theory]
    [InlineData("""{ "type": "null" }""")]
    [InlineData("""{ "type": "date" }""")]
    public void Read_DefinitionsThatNameEachOtherOften_AreNotWrittenOutWithoutEnd(string last)
    {
        var definitions = Enumerable.Range(0, 14).Select(i => $$"""
            "d{{i}}": { "type": "object", "properties": { "a": { "$ref": "#/$defs/d{{i + 1}}" }, "b": { "$ref": "#/$defs/d{{i + 1}}" } } }
            """);

        var problems = Problems($$"""{ "$ref": "#/$defs/d0", "$defs": { {{string.Join(",", definitions)}}, "d14": {{last}} } }""");

        Assert.Contains(problems, problem => problem.Contains("have over 262144 bytes, each counted as often as it is named", StringComparison.Ordinal));
        Assert.InRange(problems.Count, 1, 2);
    }

    private static IReadOnlyList<string> Problems(string schema) => Assert.Throws<GrammarInvalidException>(() => JsonSchemaReader.Read(JsonDocument.Parse(schema).RootElement)).Problems;

    private static bool Allows(string schema, string text)
    {
        byte[]?[] vocabulary = [null, .. Enumerable.Range(0, 256).Select(value => new[] { (byte)value })];
        var cursor = new TokenGrammar(JsonSchemaReader.Read(JsonDocument.Parse(schema).RootElement), vocabulary, [0]).Begin(200);
        return Encoding.UTF8.GetBytes(text).All(next => cursor.TryAdvance(1 + next)) && cursor.HasEnded;
    }
}
