using Pth.Tensors;

namespace Pth;

// Copies with other element types.
public sealed partial class StateDict
{
    /// <summary>
    /// A copy whose floating-point tensors have another type, as <c>module.to(dtype)</c> gives them to a network. Nothing is converted now:
    /// elements are whenever they are copied or written, see <see cref="TensorView.Cast"/>.
    /// </summary>
    /// <remarks>
    /// Left alone are integers, bool, complex and quantized tensors, float4_e2m1fn_x2, and entries that are no tensors. Of sparse and nested
    /// tensors the values are converted. Tensors that share a storage and a type share the new storage; a storage that is seen as two types
    /// comes apart, where one of them is converted.
    /// </remarks>
    /// <param name="dtype">float64, float32, float16, bfloat16, float8_e4m3fn, float8_e5m2, float8_e4m3fnuz or float8_e5m2fnuz.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <exception cref="ArgumentException">Another type is wanted.</exception>
    public StateDict ConvertTo(DType dtype, CastOptions? options = null)
    {
        TensorView.RequireCastTarget(dtype);
        var caster = new TensorCaster(dtype, options ?? CastOptions.Default);
        foreach (TensorView view in Values)
        {
            caster.Expect(view);
        }
        StateDict copy = EmptyCopy();
        var wrappers = new Dictionary<PyTensor, PyTensor>(ReferenceEqualityComparer.Instance);
        foreach ((string name, PyValue value) in _entries)
        {
            copy.Append(name, _keys.Find(name), Convert(value));
        }
        return copy;

        PyValue Convert(PyValue value)
        {
            if (value is not PyTensor tensor || !caster.Applies(tensor.View))
            {
                return value;
            }
            if (!wrappers.TryGetValue(tensor, out PyTensor? converted))
            {
                converted = new PyTensor(caster.Cast(tensor.View));
                wrappers.Add(tensor, converted);
            }
            return converted;
        }
    }
}
