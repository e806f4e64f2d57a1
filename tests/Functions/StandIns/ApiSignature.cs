using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Understudy.Functions.Tests.StandIns;

/// <summary>Writes a reflected member as the golden text writes it.</summary>
internal sealed class ApiSignature(bool statesNullability)
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(int)] = "int",
        [typeof(double)] = "double",
    };

    private readonly NullabilityInfoContext _nullability = new();

    public string Of(MemberInfo member) => member switch
    {
        ConstructorInfo c => $"{Access(c)} ctor({Parameters(c)})",
        PropertyInfo p => $"{Access(p.GetMethod!)} {Modifier(p.GetMethod!)}{Name(p.PropertyType, _nullability.Create(p))} {p.Name} {{ {Accessors(p)} }}",
        MethodInfo m => $"{Access(m)} {Modifier(m)}{Name(m.ReturnType, _nullability.Create(m.ReturnParameter))} {m.Name}{Generics(m)}({Parameters(m)})",
        FieldInfo { IsLiteral: true } f => string.Create(CultureInfo.InvariantCulture, $"{f.Name}={f.GetRawConstantValue()}"),
        _ => throw new NotSupportedException($"{member.DeclaringType}.{member.Name} is a {member.MemberType}; the golden text has no such member."),
    };

    private static string Access(MethodBase m) => m.IsPublic ? "public" : "protected";

    private static string Modifier(MethodInfo m) => m switch
    {
        { IsStatic: true } => "static ",
        { IsAbstract: true } => "abstract ",
        { IsVirtual: true, IsFinal: false } => "virtual ",
        _ => "",
    };

    private static string Generics(MethodInfo m) => m.IsGenericMethod ? $"<{string.Join(',', m.GetGenericArguments().Select(a => a.Name))}>" : "";

    private string Accessors(PropertyInfo p)
    {
        // The Worker's half says "set;", the Durable Task half says "set/init;".
        var setter = statesNullability ? "set;" : "set/init;";
        return p.SetMethod is { IsPublic: true } ? $"get; {setter}" : "get;";
    }

    private string Parameters(MethodBase method)
    {
        var written = method.GetParameters().Select(p => Name(p.ParameterType, _nullability.Create(p)) + " " + p.Name + Default(p));
        return (method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "") + string.Join(", ", written);
    }

    private static string Default(ParameterInfo p) => p switch
    {
        { HasDefaultValue: false } => "",
        { DefaultValue: null } => "=default",
        _ => string.Create(CultureInfo.InvariantCulture, $"={p.DefaultValue}"),
    };

    private string Name(Type type, NullabilityInfo? nullability = null)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Name(underlying) + "?";
        }

        var mark = statesNullability && !type.IsValueType && nullability?.ReadState is NullabilityState.Nullable ? "?" : "";
        if (type.IsArray)
        {
            return Name(type.GetElementType()!) + "[]" + mark;
        }

        if (!type.IsGenericType)
        {
            return Keywords.GetValueOrDefault(type, type.Name) + mark;
        }

        return $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(',', type.GetGenericArguments().Select(a => Name(a)))}>{mark}";
    }
}
